"""Our own small stroke icon set, drawn on a 24-pixel grid."""

from typing import Final

ICONS: Final[dict[str, str]] = {
    "alert": '<path d="M12 4 2.8 20h18.4zM12 10v4.5M12 17.3v.01"/>',
    "arrow": '<path d="M5 12h14M13 6l6 6-6 6"/>',
    "back": '<path d="M19 12H5M11 6l-6 6 6 6"/>',
    "calendar": '<path d="M4 6h16v14H4zM4 10.5h16M8 3.5v4M16 3.5v4"/>',
    "check": '<path d="M5 12.5 10 18 19.5 7"/>',
    "close": '<path d="M6 6l12 12M18 6 6 18"/>',
    "download": '<path d="M12 4v11M7 11l5 5 5-5M5 20h14"/>',
    "edit": '<path d="M4 20l1-4.5L16 4.5l3.5 3.5L8.5 19zM13.5 7l3.5 3.5"/>',
    "external": '<path d="M10 5H5v14h14v-5M14 4h6v6M20 4l-9 9"/>',
    "filter": '<path d="M4 6h16M7 12h10M10 18h4"/>',
    "globe": (
        '<circle cx="12" cy="12" r="8.5"/>'
        '<path d="M3.5 12h17M12 3.5c5 5 5 12 0 17M12 3.5c-5 5-5 12 0 17"/>'
    ),
    "grid": '<path d="M4 4h16v16H4zM4 9.3h16M4 14.6h16M9.3 4v16M14.6 4v16"/>',
    "info": '<circle cx="12" cy="12" r="8.5"/><path d="M12 11v5.5M12 7.5v.01"/>',
    "list": '<path d="M9 6h11M9 12h11M9 18h11M4.5 6h.01M4.5 12h.01M4.5 18h.01"/>',
    "minus": '<path d="M5 12h14"/>',
    "network": (
        '<circle cx="5" cy="7" r="2.4"/><circle cx="18" cy="5" r="2.4"/>'
        '<circle cx="12" cy="18" r="2.8"/>'
        '<path d="M6 9.2l4.6 6.3M17 7.3l-3.7 8.2M7.4 6.7l8.2-1.4"/>'
    ),
    "people": (
        '<circle cx="9" cy="8" r="3.3"/><path d="M3 20c0-4 2.5-6.5 6-6.5s6 2.5 6 6.5"/>'
        '<path d="M15.5 5a3.3 3.3 0 0 1 0 6.2M17.5 14c2.3.8 3.5 3 3.5 6"/>'
    ),
    "pin": (
        '<path d="M12 21s7-6.2 7-11.5A7 7 0 0 0 5 9.5C5 14.8 12 21 12 21z"/>'
        '<circle cx="12" cy="9.5" r="2.5"/>'
    ),
    "plus": '<path d="M12 5v14M5 12h14"/>',
    "print": '<path d="M7 9V4h10v5M7 17H4V9h16v8h-3M7 14h10v6H7z"/>',
    "question": (
        '<circle cx="12" cy="12" r="8.5"/>'
        '<path d="M9.5 9.5a2.5 2.5 0 1 1 3.6 2.2c-.8.4-1.1.9-1.1 1.8M12 16.5v.01"/>'
    ),
    "search": '<circle cx="11" cy="11" r="6.5"/><path d="M16 16l5 5"/>',
}
