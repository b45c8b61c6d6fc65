"""Examples about returns for the description of the API; tests hold them to be true."""

from __future__ import annotations

from typing import Any

NEW_RETURN: dict[str, Any] = {
    "external_id": "R-2001",
    "order_external_id": "SHOP-1001",
    "lines": [{"sku": "SKU-1001", "quantity": 1, "reason": "changed_mind", "opened": False}],
    "resolution": "refund",
    "way": "label",
}
#: What is damaged often needs a photo, uploaded before.
DAMAGED_RETURN: dict[str, Any] = {
    "external_id": "R-2002",
    "order": "RM-10482",
    "lines": [
        {
            "sku": "SKU-1003",
            "quantity": 1,
            "reason": "damaged",
            "words": "The glass has a crack from top to bottom.",
            "photos": ["b7Qk2xJv9sLw3mYt5hRz1A"],
        }
    ],
    "words": "It came like this.",
}
POSTED = {
    "unopened": {"summary": "Unopened goods, named by the shop's own order id", "value": NEW_RETURN},
    "damaged": {"summary": "Damaged on arrival, with a photo", "value": DAMAGED_RETURN},
}
ASKED = {
    "order": {"summary": "All of an order", "value": {"order": "RM-10482"}},
    "line": {
        "summary": "One product, with what the customer said so far",
        "value": {
            "order_external_id": "SHOP-1001",
            "lines": [{"sku": "SKU-1001", "quantity": 1, "reason": "changed_mind"}],
        },
    },
}
PHOTO = {
    "photo": {
        "summary": "Two pixels",
        "value": {
            "order": "RM-10482",
            "photo": "iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAIAAAD91JpzAAAAFklEQVR42mO8u6OcgYGBiYGBgYGBAQAZIAIQ9qhVRAAAAABJRU5ErkJggg==",
        },
    }
}
PHOTO_TAKEN: dict[str, Any] = {
    "id": "b7Qk2xJv9sLw3mYt5hRz1A",
    "url": "https://orders.example.com/f/b7Qk2xJv9sLw3mYt5hRz1A",
    "expires_at": "2026-05-22T09:00:00Z",
}
DECISION: dict[str, Any] = {
    "outcome": "approve",
    "rule": "unopened within 90 days",
    "says": "Unopened goods can be returned within 90 days; today is day 13.",
    "instead": "",
    "resolutions": ["refund", "credit", "exchange"],
    "ways": ["pickup", "drop_off", "label"],
    "fee": 0,
    "restocking": 0,
    "bonus": 10,
    "carriage": "shop",
    "days": 14,
}
RETURN: dict[str, Any] = {
    "number": "RET-1001",
    "external_id": "R-2001",
    "status": "approved",
    "customer": {"external_id": "K-77"},
    "lines": [
        {
            "order": "RM-10482",
            "order_external_id": "SHOP-1001",
            "sku": "SKU-1001",
            "name": "Espresso grinder",
            "quantity": 1,
            "unit_price": 18900,
            "reason": "changed_mind",
            "opened": False,
            "words": "",
            "photos": [],
            "exchange_sku": None,
            "decision": DECISION,
            "found": None,
        }
    ],
    "gift": False,
    "decided_by": "rule",
    "policy_version": 3,
    "resolution": "refund",
    "resolutions": ["refund", "credit", "exchange"],
    "way": "label",
    "ways": ["pickup", "drop_off", "label"],
    "worth": 18900,
    "fee": 0,
    "currency": "EUR",
    "expires_on": "2026-06-04",
    "pickup": None,
    "refunds": [],
    "credit": 0,
    "exchange_order": None,
    "appeal_of": None,
    "page_url": None,
    "created_at": "2026-05-21T09:00:00Z",
    "version": 2,
}
RETURN_DIFFERS: dict[str, Any] = {
    "type": "about:blank",
    "title": "Return differs",
    "status": 409,
    "detail": 'A return with external_id "R-2001" exists as RET-1001 with other content (lines.0.quantity).',
    "reason": "return_differs",
    "differences": [{"field": "lines.0.quantity", "before": 1, "now": 2}],
}
ELIGIBLE: dict[str, Any] = {
    "order": "RM-10482",
    "order_external_id": "SHOP-1001",
    "delivered_at": "2026-05-08T13:24:00Z",
    "currency": "EUR",
    "policy_version": 3,
    "possible": True,
    "not_possible": None,
    "lines": [
        {
            "sku": "SKU-1001",
            "name": "Espresso grinder",
            "delivered": 1,
            "returnable": 1,
            "unit_price": 18900,
            "decision": None,
            "missing": {
                "field": "opened",
                "question": "Has Espresso grinder been opened?",
                "answers": ["true", "false"],
            },
            "not_possible": None,
            "reasons": [
                {
                    "reason": "changed_mind", "label": "No longer wanted", "best": "approve", "worst": "reject",
                    "until": "2026-08-06", "says": "",
                }
            ],
            "until": "2026-08-06",
        }
    ],
}  # fmt: skip
CANCELLED = {"reason": {"summary": "With a reason", "value": {"reason": "The customer keeps it."}}}
RECEIVED = {"weight": {"summary": "With its weight", "value": {"weight": 1450}}}
FOUND = {
    "expected": {"summary": "All of it as the customer said", "value": {"condition": "expected"}},
    "pieces": {
        "summary": "Piece by piece",
        "value": {"found": [{"product": "SKU-1001", "pieces": 1, "grade": "opened", "note": "Box is torn."}]},
    },
}
APPROVED = {
    "credit": {"summary": "For store credit", "value": {"resolution": "credit", "words": "As you are a good customer."}}
}
REJECTED = {"reason": {"summary": "With a reason", "value": {"reason": "It was used for more than trying it out."}}}
