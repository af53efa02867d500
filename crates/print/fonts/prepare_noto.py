"""Cuts a Noto face down to one script: its letters, digits and marks, with the tables that shaping needs."""
import sys
from fontTools import subset

SCRIPTS = {
    "Arabic": [(0x600, 0x6FF), (0x750, 0x77F), (0x200C, 0x200D), (0x25CC, 0x25CC)],
    "Hebrew": [(0x591, 0x5F4), (0x200C, 0x200D), (0x20AA, 0x20AA), (0x25CC, 0x25CC)],
    "Thai": [(0xE01, 0xE5B), (0x200C, 0x200D), (0x25CC, 0x25CC)],
    "Devanagari": [(0x900, 0x97F), (0x1CD0, 0x1CF9), (0x200C, 0x200D), (0x20B9, 0x20B9), (0x25CC, 0x25CC), (0xA8E0, 0xA8FF)],
}

script, source, target = sys.argv[1:]
options = subset.Options(hinting=False, notdef_outline=True, name_IDs=[0, 1, 2, 6, 13, 14], glyph_names=False,
                         recalc_bounds=True, recalc_timestamp=False, drop_tables=["DSIG", "gasp"])
options.layout_features = [feature for feature in subset.Options().layout_features if feature not in ("frac", "numr", "dnom")]
font = subset.load_font(source, options)
subsetter = subset.Subsetter(options)
subsetter.populate(unicodes=[c for a, b in SCRIPTS[script] for c in range(a, b + 1)])
subsetter.subset(font)
font.save(target)
