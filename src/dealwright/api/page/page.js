// What runs, shown anew every two seconds. Everything that comes from the server is put in as text, never as HTML.
"use strict";

const byId = (id) => document.getElementById(id);
const key = () => sessionStorage.getItem("key") || "";

async function ask(method, path, body, headers = {}) {
  const sent = { ...headers };
  if (key()) sent["Authorization"] = `Bearer ${key()}`;
  if (body !== undefined) sent["Content-Type"] = "application/json";
  const answer = await fetch(path, { method, headers: sent, body: body === undefined ? undefined : JSON.stringify(body) });
  if (answer.status === 401) byId("key").hidden = false;
  return answer;
}

async function list(path) {
  const answer = await ask("GET", path);
  return answer.ok ? answer.json() : null;
}

function cells(row, ...values) {
  for (const value of values) {
    const cell = row.insertCell();
    if (value instanceof Node) cell.append(value);
    else cell.textContent = value;
  }
}

function rows(section, items, fill) {
  const body = byId(section).querySelector("tbody");
  body.replaceChildren();
  for (const item of items) fill(body.insertRow(), item);
}

const looks = { live: "good", done: "good", paused: "warn", running: "warn", submitted: "warn", open: "bad", failed: "bad", rolled_back: "bad" };

function short(text, look = "") {
  const told = document.createElement("span");
  told.className = `short ${look}`;
  told.textContent = text;
  return told;
}

const state = (name) => short(name.replaceAll("_", " "), looks[name]);

// By the clock of the shop; what was said as a date stays one.
function moment(said, zone) {
  const shown = { dateStyle: "medium", timeStyle: "short", timeZone: zone };
  const isInstant = said && /[Z+-][0-9:]*$/.test(said.slice(10));
  return short(isInstant ? new Date(said).toLocaleString([], shown) : said || "");
}

function progress(job) {
  if (job.state === "failed") return job.problems.join("; ");
  if (job.state !== "running") return "";
  const bar = document.createElement("progress");
  bar.max = 1000;
  bar.value = job.share_permille;
  const told = document.createElement("span");
  told.append(bar, ` ${job.doing}`);
  return told;
}

function stopButton(job) {
  if (job.state !== "running" && job.state !== "submitted") return "";
  const button = document.createElement("button");
  button.textContent = job.is_stop_wanted ? "stopping…" : "stop";
  button.disabled = job.is_stop_wanted;
  button.onclick = () => ask("POST", `/v1/jobs/${encodeURIComponent(job.job_id)}/cancel`).then(show);
  return button;
}

async function showState() {
  const ready = await fetch("/health/ready").then((answer) => answer.ok, () => false);
  byId("state").textContent = ready ? "it runs, and its database answers" : "its database does not answer";
  byId("state").className = ready ? "good" : "bad";
}

async function showJobs() {
  const found = await list("/v1/jobs?limit=20");
  if (found) {
    rows("jobs", found.jobs, (row, job) =>
      cells(row, job.kind, state(job.state), progress(job), moment(job.submitted_at), stopButton(job)));
  }
}

async function showList(section, path, fill) {
  const found = await list(path);
  if (!found) return;
  const items = found[section] || [];
  byId(section).hidden = false;
  const none = byId(section).querySelector(".none");
  if (none) none.hidden = items.length > 0;
  rows(section, items, fill);
}

const terms = new Map(); // of campaigns by version: a version never changes

async function readTerms(campaign) {
  const name = `${campaign.campaign_id} ${campaign.version}`;
  if (terms.has(name)) return;
  const found = await list(`/v1/campaigns/${encodeURIComponent(campaign.campaign_id)}/terms?version=${campaign.version}`);
  if (found) terms.set(name, found.campaign);
}

function waitsFor(campaign) {
  const others = campaign.hands.length ? ` other than ${campaign.hands.join(", ")}` : "";
  if (campaign.proposed) return `an approver${others}, for version ${campaign.proposed}`;
  return { draft: "somebody to submit it", submitted: `an approver${others}`, approved: "an operator to schedule it",
    scheduled: "its start", paused: "an operator to resume or end it" }[campaign.state] || "";
}

function showCampaign(row, campaign) {
  const { name, schedule } = terms.get(`${campaign.campaign_id} ${campaign.version}`) || {};
  cells(row, name || campaign.campaign_id, moment(schedule?.start, schedule?.zone), moment(schedule?.end, schedule?.zone),
    state(campaign.state), campaign.version, waitsFor(campaign));
  readTerms(campaign);
}

let paths = {};

async function show() {
  await Promise.all([
    showState(),
    showJobs(),
    "/v1/campaigns" in paths && showList("campaigns", "/v1/campaigns", showCampaign),
    "/v1/alerts" in paths && showList("alerts", "/v1/alerts", (row, each) =>
      cells(row, each.sentence, short(each.campaign_id), state(each.state), moment(each.last_at))),
  ]).catch(() => {});
}

byId("key").onsubmit = (event) => {
  event.preventDefault();
  sessionStorage.setItem("key", event.target.key.value.trim());
  byId("key").hidden = true;
  show();
};

byId("report").onclick = async (event) => {
  event.preventDefault();
  const page = window.open("", "_blank");
  const answer = await ask("GET", "/report");
  if (answer.ok) page.location = URL.createObjectURL(await answer.blob());
  else page.document.body.textContent = (await answer.json()).remedy;
};

for (const button of document.querySelectorAll("[data-job]")) {
  button.onclick = async () => {
    const answer = await ask("POST", "/v1/jobs", { kind: button.dataset.job }, { "Idempotency-Key": crypto.randomUUID() });
    if (!answer.ok) alert((await answer.json()).detail);
    show();
  };
}

fetch("/openapi.json").then((answer) => answer.json()).then((document) => { paths = document.paths; show(); });
setInterval(show, 2000);
