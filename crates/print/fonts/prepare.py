import sys
from fontTools import subset
from fontTools.ttLib import TTFont

RANGES = [(0x20, 0x7E), (0xA0, 0x24F), (0x2B9, 0x2DD), (0x300, 0x36F), (0x370, 0x3FF), (0x400, 0x52F),
          (0x1E00, 0x1FFF), (0x2010, 0x2027), (0x202F, 0x203A), (0x2044, 0x2044), (0x2070, 0x209C), (0x20A0, 0x20C0),
          (0x2116, 0x2117), (0x2122, 0x2122), (0x2190, 0x2193), (0x2212, 0x2212), (0x25A1, 0x25A1)]

source, target = sys.argv[1:]
options = subset.Options(layout_features=["kern"], hinting=False, notdef_outline=True, name_IDs=[0, 1, 2, 6, 14],
                         glyph_names=False, recalc_bounds=True, recalc_timestamp=False)
font = subset.load_font(source, options)
subsetter = subset.Subsetter(options)
subsetter.populate(unicodes=[c for a, b in RANGES for c in range(a, b + 1)])
subsetter.subset(font)
for table in font["cmap"].tables:
    table.cmap.pop(0x2BC, None)   # same glyph as U+2019; one glyph can carry one meaning in a PDF
    table.cmap.pop(0x2EE, None)   # same glyph as U+201D
    table.cmap[0xFFFD] = table.cmap.pop(0x25A1)
font.flavor = None
font.save(target)
