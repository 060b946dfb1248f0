"""Credentials read what services hand out, and hide their secrets."""

from __future__ import annotations

import json


def run(dlt, tmp):
    from dlt.sources.credentials import (
        ConnectionStringCredentials,
        GcpOAuthCredentials,
        GcpServiceAccountCredentials,
    )

    database = ConnectionStringCredentials()
    database.parse_native_representation("postgres://loader:canary@host:5432/shop?sslmode=require")
    account = GcpServiceAccountCredentials()
    account.parse_native_representation(json.dumps({"project_id": "p", "private_key": "canary", "client_email": "e@p"}))
    login = GcpOAuthCredentials()
    login.parse_native_representation(
        json.dumps(
            {"installed": {"project_id": "p", "client_id": "c", "client_secret": "canary", "refresh_token": "canary"}}
        )
    )
    return [
        [database.username, database.host, database.port, database.database, database.query, database.drivername],
        [account.project_id, account.client_email, account.type],
        [login.client_id, login.project_id],
        ["canary" in str(c) for c in (database, account, login)],
    ]
