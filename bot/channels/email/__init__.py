"""E-mail: notices as plain letters that work in any mail program, sent through one mail server."""
