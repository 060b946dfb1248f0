"""Messages to a channel of Slack."""

from __future__ import annotations

import json
import urllib.request

from gristmill.exceptions import ConfigurationValueError

TIMEOUT_SECONDS = 30


def send_slack_message(incoming_hook: str, message: str, is_markdown: bool = True) -> None:
    """Post `message` to the webhook of a channel. Raises `urllib.error.URLError` when Slack does not take it."""
    if not incoming_hook.startswith(("https://", "http://")):
        text = "the address of a Slack webhook begins with `https://`"
        raise ConfigurationValueError(text, hint="set `runtime.slack_incoming_hook`")
    body = json.dumps({"text": message, "mrkdwn": is_markdown, "verbatim": not is_markdown}).encode()
    request = urllib.request.Request(incoming_hook, body, {"Content-Type": "application/json"})  # noqa: S310
    with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as answer:  # noqa: S310
        answer.read()
