// Promotions matched to carts by the rule engine GoRules Zen: a decision table, one row per promotion.
//
// usage: node till_zen.js INSTANCE.json SECONDS N_CHECKED
// Zen only matches (which promotions hold for the cart); it computes no amounts. The table is read and prepared once,
// before the clock starts. Prints one JSON object; `matches` are told of the first N_CHECKED carts, which also warm up.
"use strict";

const fs = require("fs");
const { ZenDecisionContent, ZenEngine } = require("@gorules/zen-engine");

const [file, seconds, n_checked] = process.argv.slice(2);
const instance = JSON.parse(fs.readFileSync(file, "utf8"));

const table = {
  nodes: [
    { id: "in", type: "inputNode", name: "in", position: { x: 0, y: 0 } },
    {
      id: "table",
      type: "decisionTableNode",
      name: "table",
      position: { x: 1, y: 0 },
      content: {
        hitPolicy: "collect",
        inputs: [
          { id: "spend", name: "spend", field: "subtotal" },
          { id: "category", name: "category" },
        ],
        outputs: [{ id: "promotion", name: "promotion", field: "promotion" }],
        rules: instance.promotions.map((given) => ({
          _id: given.id,
          spend: given.least_spend_minor ? `>= ${given.least_spend_minor}` : "",
          category: given.category ? `"${given.category}" in categories` : "",
          promotion: `"${given.id}"`,
        })),
      },
    },
    { id: "out", type: "outputNode", name: "out", position: { x: 2, y: 0 } },
  ],
  edges: [
    { id: "e1", type: "edge", sourceId: "in", targetId: "table" },
    { id: "e2", type: "edge", sourceId: "table", targetId: "out" },
  ],
};

const contextOf = (cart) => ({
  subtotal: cart.lines.reduce((sum, line) => sum + line.quantity * line.unit_price_minor, 0),
  categories: [...new Set(cart.lines.map((line) => line.category))],
});

async function main() {
  const decision = new ZenEngine().createDecision(new ZenDecisionContent(table));
  const matched = async (cart) => {
    const { result } = await decision.evaluate(contextOf(cart));
    return (result || []).map((row) => row.promotion);
  };
  const matches = [];
  for (const cart of instance.carts.slice(0, Number(n_checked))) matches.push((await matched(cart)).sort());
  const deadline = Date.now() + 1000 * Number(seconds);
  const before = process.cpuUsage();
  let n = 0;
  while (Date.now() < deadline || n === 0) await matched(instance.carts[n++ % instance.carts.length]);
  const used = process.cpuUsage(before);
  const cpu_seconds = (used.user + used.system) / 1e6;
  console.log(JSON.stringify({ matches, n_carts: n, cpu_seconds, peak_mib: process.resourceUsage().maxRSS / 1024 }));
}

main();
