"""Examples for the description of the API; tests hold them to be true."""

from __future__ import annotations

from typing import Any

NEW_ORDER: dict[str, Any] = {
    "external_id": "SHOP-1001",
    "customer": {"external_id": "K-77", "name": "Maria Okafor", "email": "maria@example.com", "phone": "+49 30 901820"},
    "address": {
        "street": "Invalidenstraße 117",
        "postcode": "10115",
        "city": "Berlin",
        "country": "DE",
        "place": {"lat": 52.5316, "lon": 13.3817},
    },
    "lines": [{"sku": "SKU-1001", "quantity": 1, "tax": 1900}, {"sku": "SKU-1003", "quantity": 2, "unit_price": 2990}],
    "carriage": 490,
    "discount": 500,
    "paid_by": "card",
    "payment": "pi_3MtwBwLkdIwHu7ix28a3tqPa",
    "channel": "webshop",
    "wanted_day": "2026-05-08",
    "wanted_window": "14:00-16:00",
    "instructions": "Second door on the left.",
    "proof": "photo",
    "proof_required": True,
}
#: The address only; it is looked up on the map afterwards.
SIMPLE_ORDER: dict[str, Any] = {
    "external_id": "SHOP-1002",
    "customer": {"name": "Jonas Weber", "email": "jonas@example.com"},
    "address": {"street": "Chausseestraße 8", "postcode": "10115", "city": "Berlin", "country": "DE"},
    "lines": [{"sku": "SKU-1002", "quantity": 1}],
}
POSTED = {
    "one": {"summary": "One order, with everything", "value": NEW_ORDER},
    "simple": {"summary": "One order, with what is needed", "value": SIMPLE_ORDER},
    "list": {"summary": "Several orders", "value": [NEW_ORDER, SIMPLE_ORDER]},
}
PATCHED = {
    "promise": {"summary": "Another day", "value": {"promise": {"day": "2026-05-11", "window": "08:00-12:00"}}},
    "instructions": {"summary": "Instructions for the driver", "value": {"instructions": "Ring twice."}},
    "address": {
        "summary": "Another address",
        "value": {"address": {"street": "Torstraße 1", "postcode": "10119", "city": "Berlin", "country": "DE"}},
    },
}
CANCELLED = {"reason": {"summary": "With a reason", "value": {"reason": "Ordered by mistake."}}}

ORDER: dict[str, Any] = {
    "number": "RM-10482",
    "external_id": "SHOP-1001",
    "status": "allocated",
    "customer": {"external_id": "K-77", "name": "Maria Okafor", "email": "maria@example.com", "phone": "+4930901820"},
    "address": {
        "street": "Invalidenstraße 117",
        "postcode": "10115",
        "city": "Berlin",
        "country": "DE",
        "place": {"lat": 52.5316, "lon": 13.3817},
    },
    "lines": [
        {
            "sku": "SKU-1001",
            "name": "Espresso grinder",
            "quantity": 1,
            "unit_price": 18900,
            "currency": "EUR",
            "tax": 1900,
        },
        {"sku": "SKU-1003", "name": "French press", "quantity": 2, "unit_price": 2990, "currency": "EUR", "tax": 0},
    ],
    "total": 24870,
    "carriage": 490,
    "discount": 500,
    "currency": "EUR",
    "paid_by": "card",
    "payment": "pi_3MtwBwLkdIwHu7ix28a3tqPa",
    "gift": False,
    "channel": "webshop",
    "exchange_of": None,
    "instructions": "Second door on the left.",
    "wishes": {"code": "4711", "neighbour": "Mrs Kim, second floor"},
    "proof": "photo",
    "proof_required": True,
    "wanted_day": "2026-05-08",
    "wanted_window": "14:00-16:00",
    "promise": {"day": "2026-05-08", "window": "14:00-16:00", "depot": "north"},
    "exceptions": [],
    "created_at": "2026-05-04T09:00:00Z",
    "chat_url": "https://orders.example.com/chat?link=Qm3v8Jk2s9XcT1yR7aBz0w",
    "tracking_url": "https://orders.example.com/t/Zk4w9Lm3t0YdU2zS8bCa1x",
    "version": 3,
}
#: The photo is two pixels high.
PROVED = {
    "all": {
        "summary": "Taken by a neighbour, with a photo",
        "value": {
            "at": "2026-05-08T13:24:00Z",
            "name": "Mrs Kim, second floor",
            "place": {"lat": 52.5316, "lon": 13.3817},
            "photo": "iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAIAAAD91JpzAAAAFklEQVR42mO8u6OcgYGBiYGBgYGBAQAZIAIQ9qhVRAAAAABJRU5ErkJggg==",
        },
    },
    "failed": {"summary": "Nobody was there", "value": {"at": "2026-05-08T13:24:00Z"}},
}
PROOF: dict[str, Any] = {
    "at": "2026-05-08T13:24:00Z",
    "name": "Mrs Kim, second floor",
    "place": {"lat": 52.5316, "lon": 13.3817},
    "photo_url": "https://orders.example.com/f/b7Qk2xJv9sLw3mYt5hRz1A",
}
DIFFERS: dict[str, Any] = {
    "type": "about:blank",
    "title": "Order differs",
    "status": 409,
    "detail": 'An order with external_id "SHOP-1001" exists as RM-10482 with other content (lines.0.quantity).',
    "reason": "order_differs",
    "differences": [{"field": "lines.0.quantity", "before": 1, "now": 2}],
}
ROWS: list[dict[str, Any]] = [
    {"index": 0, "status": 201, "order": ORDER},
    {"index": 1, "status": 409, "problem": DIFFERS},
]
POSSIBLE: dict[str, Any] = {
    "possible": True,
    "day": "2026-05-05",
    "window": "08:00-12:00",
    "order_by": "2026-05-04T16:00:00Z",
    "depot": "north",
    "alternatives": [{"day": "2026-05-05", "window": "12:00-16:00"}],
}
IMPOSSIBLE: dict[str, Any] = {
    "possible": False,
    "reason": "not_delivered_there",
    "detail": "We do not deliver to 9999 yet. We deliver to postcodes 10*.",
    "alternatives": [],
    "areas": ["10*"],
}


def problem(status: int, title: str, detail: str, **members: Any) -> dict[str, Any]:
    """A problem as it is answered."""
    return {"type": "about:blank", "title": title, "status": status, "detail": detail, **members}
