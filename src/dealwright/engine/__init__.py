"""The till: what a cart gets from the promotions that hold, exactly and with reasons; it never stores."""
