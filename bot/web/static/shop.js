/* What a shop may do with the bubble: open it from a button of its own. */
document.getElementById("ask")?.addEventListener("click", () => window.Roundsman?.open());
