"""What one hot row can do by itself: the physical limits beside which the flash sale is measured.

Every client sends one statement per order and waits for its durable commit, on a connection of its own.
"""

from __future__ import annotations

import secrets
import sqlite3
import threading
import time
from collections.abc import Callable
from pathlib import Path

import psycopg

BARE = "UPDATE peer_stock SET units = units - 1 WHERE sku = 'TEA' AND units >= 1"
WITH_ORDER = f"""
WITH taken AS ({BARE} RETURNING 1)
INSERT INTO peer_orders (key, customer_id) SELECT %(key)s, %(key)s FROM taken
"""
WITH_ALL_ROWS = f"""
WITH taken AS ({BARE} RETURNING 1),
kept AS (INSERT INTO peer_keys (key, answer) SELECT %(key)s, %(answer)s FROM taken),
counted AS (
    INSERT INTO peer_customers (customer_id, units) SELECT %(key)s, 1 FROM taken
    ON CONFLICT (customer_id) DO UPDATE SET units = peer_customers.units + 1
),
told AS (INSERT INTO peer_outbox (body) SELECT %(answer)s FROM taken)
INSERT INTO peer_orders (key, customer_id) SELECT %(key)s, %(key)s FROM taken
"""
TABLES = """
CREATE TABLE IF NOT EXISTS peer_stock (sku text PRIMARY KEY, units bigint NOT NULL CHECK (units >= 0));
CREATE TABLE IF NOT EXISTS peer_orders (key text PRIMARY KEY, customer_id text NOT NULL);
CREATE TABLE IF NOT EXISTS peer_keys (key text PRIMARY KEY, answer text NOT NULL);
CREATE TABLE IF NOT EXISTS peer_customers (customer_id text PRIMARY KEY, units int NOT NULL);
CREATE TABLE IF NOT EXISTS peer_outbox (number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, body text NOT NULL);
INSERT INTO peer_stock VALUES ('TEA', 1000000000) ON CONFLICT DO NOTHING;
"""
ANSWER = "x" * 250  # as long as the answer that is kept for a reservation


def postgres_rate(url: str, statement: str, *, n_clients: int, seconds: float) -> float:
    """Orders per second of `n_clients` clients that run one statement per order."""
    connections = [psycopg.connect(url, autocommit=True, prepare_threshold=1) for _ in range(n_clients)]
    connections[0].execute(TABLES.encode())

    def order(number: int) -> None:
        key = secrets.token_hex(12)
        connections[number].execute(statement.encode(), {"key": key, "answer": ANSWER})

    try:
        return rate(order, n_clients=n_clients, seconds=seconds)
    finally:
        for connection in connections:
            connection.close()


def sqlite_rate(path: Path, *, seconds: float) -> float:
    """Orders per second of one writer, one durable commit each: decrement and order row."""
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    connection.executescript(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
        "CREATE TABLE IF NOT EXISTS peer_stock (sku TEXT PRIMARY KEY, units INTEGER NOT NULL CHECK (units >= 0));"
        "CREATE TABLE IF NOT EXISTS peer_orders (key TEXT PRIMARY KEY, customer_id TEXT NOT NULL);"
        "INSERT OR IGNORE INTO peer_stock VALUES ('TEA', 1000000000);"
    )

    def order(_: int) -> None:
        key = secrets.token_hex(12)
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("INSERT INTO peer_orders VALUES (?, ?)", (key, key))
        connection.execute(BARE)
        connection.execute("COMMIT")

    try:
        return rate(order, n_clients=1, seconds=seconds)
    finally:
        connection.close()


def rate(work: Callable[[int], object], *, n_clients: int, seconds: float) -> float:
    """How often per second `n_clients` threads together did the work."""
    done = [0] * n_clients
    gate = threading.Barrier(n_clients + 1)

    def client(number: int) -> None:
        gate.wait()
        while time.perf_counter() < ends:
            work(number)
            done[number] += 1

    threads = [threading.Thread(target=client, args=(number,)) for number in range(n_clients)]
    for thread in threads:
        thread.start()
    began = time.perf_counter()
    ends = began + seconds
    gate.wait()
    for thread in threads:
        thread.join()
    return sum(done) / (time.perf_counter() - began)
