// node subset.cjs FONT SMALLER: writes a smaller copy of a variable font, as WOFF2.
//
// All its characters stay. Of the weights those stay that the style sheets name, and of the layout what writing well
// takes and the figures of one width: no ligatures of code, no fractions.
const { readFileSync, writeFileSync } = require("node:fs");
const subset = require("subset-font");

const options = {
  targetFormat: "woff2",
  keepAllGlyphs: true,
  keepFeatures: ["ccmp", "kern", "locl", "mark", "mkmk", "tnum"],
  noHinting: true,
  variationAxes: { wght: { min: 400, max: 600, default: 400 } },
};

const [font, smaller] = process.argv.slice(2);
subset(readFileSync(font), "", options).then((bytes) => writeFileSync(smaller, bytes));
