"""files.*: the upload in three steps. Rules: https://docs.slack.dev/messaging/working-with-files."""

from __future__ import annotations

import json
import mimetypes
from typing import Any

from tests.emulators.slack.blocks import faults_of_message
from tests.emulators.slack.records import File, Json, Message, Refusal
from tests.emulators.slack.shown import identified, shown_file
from tests.emulators.slack.state import Place, State


class Uploads:
    """Files that the app uploads and shares."""

    def __init__(self, state: State) -> None:
        self._state = state

    def begin(self, arguments: Json) -> Json:
        """files.getUploadURLExternal."""
        name, length = arguments.get("filename"), arguments.get("length")
        missing = [field for field in ("filename", "length") if not arguments.get(field)]
        if missing:
            raise Refusal.with_messages("invalid_arguments", [f"missing required field: {one}" for one in missing])
        if not str(length).isdigit() or int(str(length)) < 1:
            raise Refusal("invalid_arguments")
        kind = mimetypes.guess_type(str(name))[0] or "application/octet-stream"
        file = File(self._state.identifier("F"), str(name), kind, self._state.bot_user, int(str(length)))
        file.alt_text = str(arguments.get("alt_txt") or "")
        self._state.files[file.id] = file
        key = f"{self._state.number():024x}"
        self._state.uploads[key] = file.id
        return {"upload_url": f"{self._state.url}/upload/v1/{key}", "file_id": file.id}

    def receive(self, key: str, data: bytes) -> bool:
        """What was posted to an upload URL; False when there is no such URL, or the length is not the announced one."""
        identifier = self._state.uploads.get(key)
        if identifier is None or len(data) != self._state.files[identifier].size:
            return False
        self._state.files[identifier].data = data
        del self._state.uploads[key]
        return True

    def complete(self, arguments: Json) -> Json:
        """files.completeUploadExternal: shares them in ``channel_id`` or ``channels``, if given."""
        listed = arguments.get("files")
        if not isinstance(listed, list) or not listed:
            raise Refusal("invalid_arguments")
        files = [self._uploaded(one) for one in listed]
        wanted = [arguments.get("channel_id"), *str(arguments.get("channels") or "").split(",")]
        places = [self._state.joined(one) for one in wanted if one]
        blocks = arguments.get("blocks") or []
        if isinstance(blocks, list) and blocks and faults_of_message(blocks):
            raise Refusal.with_messages("invalid_blocks", faults_of_message(blocks))
        for place in places:
            self._share(place, files, arguments, blocks)
        for one in files:
            one.complete = True
        return {"files": [shown_file(self._state, one) for one in files]}

    def info(self, arguments: Json) -> Json:
        """files.info."""
        file = self._state.files.get(str(arguments.get("file")))
        if file is None:
            raise Refusal("file_not_found")
        return {"file": shown_file(self._state, file), "content_truncated": False}

    def _uploaded(self, named: Any) -> File:
        if not isinstance(named, dict) or named.get("id") not in self._state.files:
            raise Refusal("file_not_found")
        file = self._state.files[named["id"]]
        if not file.data or file.complete:
            raise Refusal("file_not_found" if not file.data else "file_already_completed")
        file.title = str(named.get("title") or "")
        return file

    def _share(self, place: Place, files: list[File], arguments: Json, blocks: list[Json]) -> None:
        thread = arguments.get("thread_ts")
        if thread and thread not in place.messages:
            raise Refusal("invalid_thread_ts")
        text = str(arguments.get("initial_comment") or "")
        message = Message(self._state.next_ts(), place.id, self._state.bot_user, text, thread_ts=thread)
        message.bot_id = self._state.bot_id
        message.files = list(files)
        message.blocks = identified(self._state, json.loads(json.dumps(blocks)))
        place.messages[message.ts] = message
        if thread:
            place.messages[thread].thread_ts = thread
        for one in files:
            one.channels.append(place.id)
        self._state.told(message, "posted")
