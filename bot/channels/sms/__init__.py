"""SMS: notices as short texts through any gateway that speaks HTTP, and what people answer (docs/sms.md)."""
