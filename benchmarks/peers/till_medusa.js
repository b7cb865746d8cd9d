// Carts priced by the computation of Medusa's promotion module, without its database.
//
// usage: node till_medusa.js INSTANCE.json SECONDS N_CHECKED
// The loop is that of `computeActions`, on promotions that lie in memory: what the module adds besides (queries,
// adjustment records, events) is left out, in the peer's favour. Prints one JSON object; `totals` and `rounded` are told
// of the first N_CHECKED carts, which also warm up: the second says whether a till would have to round what is
// computed here in fractions of cents.
"use strict";

const fs = require("fs");
const { ComputeActionUtils, areRulesValidForContext } = require("@medusajs/promotion/dist/utils");
const { MathBN } = require("@medusajs/utils");

const [file, seconds, n_checked] = process.argv.slice(2);
const instance = JSON.parse(fs.readFileSync(file, "utf8"));

const value = (text) => ({ value: text });

function promotionOf(given) {
  const rules = given.least_spend_minor
    ? [{ attribute: "subtotal", operator: "gte", values: [value(String(given.least_spend_minor))] }]
    : [];
  const target_rules = given.category
    ? [{ attribute: "items.category", operator: "in", values: [value(given.category)] }]
    : [];
  const method = {
    percent_off: { type: "percentage", target_type: "items", allocation: "each", value: given.percent },
    amount_off_unit: { type: "fixed", target_type: "items", allocation: "each", value: given.amount_minor },
    amount_off_order: { type: "fixed", target_type: "order", allocation: "across", value: given.amount_minor },
  }[given.kind];
  const max_quantity = method.allocation === "each" ? 1000000 : undefined;
  return {
    code: given.id,
    type: "standard",
    rules,
    application_method: { ...method, max_quantity, target_rules, currency_code: instance.currency },
    priority: given.priority,
  };
}

function contextOf(cart) {
  const items = cart.lines.map((line) => ({
    id: line.line,
    sku: line.sku,
    category: line.category,
    quantity: line.quantity,
    subtotal: line.quantity * line.unit_price_minor,
    original_total: line.quantity * line.unit_price_minor,
    is_discountable: true,
  }));
  const subtotal = items.reduce((sum, item) => sum + item.subtotal, 0);
  return { currency_code: instance.currency, items, subtotal };
}

// Promotions come highest first, as the module's query orders them.
const promotions = instance.promotions.map(promotionOf).sort((a, b) => b.priority - a.priority);

function adjustments(context) {
  const taken = new Map();
  const actions = [];
  for (const promotion of promotions) {
    if (!areRulesValidForContext(promotion.rules, context, "order")) continue;
    const allocation = promotion.application_method.target_type === "order" ? "across" : undefined;
    actions.push(...ComputeActionUtils.getComputedActionsForItems(promotion, context.items, taken, allocation));
  }
  return actions.filter((action) => action.action === "addItemAdjustment");
}

function total(context) {
  let off = 0;
  for (const adjustment of adjustments(context)) off += Number(adjustment.amount);
  return context.subtotal - off;
}

// An amount shared over lines sums to whole cents whatever its shares are; anything else a till has to round.
const shared = new Set(instance.promotions.filter((one) => one.kind === "amount_off_order").map((one) => one.id));
// Quotients end after 20 decimals: a third of three cents comes out a little below one cent.
const isWhole = (amount) => MathBN.lte(MathBN.abs(MathBN.sub(amount, amount.integerValue())), 1e-9);
const needsRounding = (adjustment) => !shared.has(adjustment.code) && !isWhole(MathBN.convert(adjustment.amount));

const contexts = instance.carts.slice(0, Number(n_checked)).map(contextOf);
const totals = contexts.map(total);
const rounded = contexts.map((context) => adjustments(context).some(needsRounding));

const deadline = Date.now() + 1000 * Number(seconds);
const before = process.cpuUsage();
let n = 0;
while (Date.now() < deadline || n === 0) total(contextOf(instance.carts[n++ % instance.carts.length]));
const used = process.cpuUsage(before);
const cpu_seconds = (used.user + used.system) / 1e6;
console.log(JSON.stringify({ totals, rounded, n_carts: n, cpu_seconds, peak_mib: process.resourceUsage().maxRSS / 1024 }));
