"""Pictures of plans and routes for chats, and the same as GeoJSON."""
