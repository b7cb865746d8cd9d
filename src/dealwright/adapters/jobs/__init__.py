"""Jobs in memory and in a SQL database, and the process a job runs in."""
