// Shows this server's own OpenAPI document. Text only ever becomes text, never markup.
"use strict";

const METHODS = ["get", "post", "put", "patch", "delete"];
const DEPTH_MAX = 5;
const GROUPS = [
  ["/v1", "Chat (OpenAI-compatible)"],
  ["/api/onboarding", "First set-up"],
  ["/api/auth", "Signing in"],
  ["/api/admin", "Administration"],
  ["/api/internal", "What agents reach (not at this address)"],
  ["/api", "Your own things"],
];
const WHO = { session: "a signed-in browser", personal_token: "a personal token", gateway_token: "an agent's own token" };

function make(name, properties = {}, ...children) {
  const element = Object.assign(document.createElement(name), properties);
  element.append(...children.filter((child) => child !== null && child !== ""));
  return element;
}

// A paragraph; what stands between backticks is code.
function paragraph(text, className = "") {
  const parts = text.split("`").map((part, index) => (index % 2 ? make("code", { textContent: part }) : part));
  return make("p", { className }, ...parts);
}

// What a reference in the document stands for.
function resolve(spec, value) {
  let seen = 0;
  while (value && value.$ref && seen++ < DEPTH_MAX) {
    value = value.$ref.slice(2).split("/").reduce((at, part) => at && at[part.replaceAll("~1", "/")], spec);
  }
  return value || {};
}

// A type in a few words: "list of text", "whole number, 1 to 256".
function words(spec, raw) {
  const schema = resolve(spec, raw);
  const choices = schema.oneOf || schema.anyOf || schema.allOf;
  if (choices) return [...new Set(choices.map((choice) => words(spec, choice)))].join(" or ");
  const types = [schema.type || "any"].flat();
  const names = types.map((type) => {
    switch (type) {
      case "array": return `list of ${words(spec, schema.items)}`;
      case "string": return schema.format === "date-time" ? "time" : "text";
      case "integer": return "whole number";
      case "boolean": return "true or false";
      case "null": return "null";
      default: return type;
    }
  });
  const limits = [];
  if (schema.enum) limits.push(schema.enum.map((word) => JSON.stringify(word)).join(", "));
  if ("minimum" in schema || "maximum" in schema) limits.push(`${schema.minimum ?? ""} to ${schema.maximum ?? ""}`);
  if ("maxLength" in schema) limits.push(`at most ${schema.maxLength} characters`);
  if ("maxItems" in schema) limits.push(`at most ${schema.maxItems}`);
  if ("default" in schema) limits.push(`default ${JSON.stringify(schema.default)}`);
  return [names.join(" or "), ...limits].join(", ");
}

// The schema whose fields are worth showing: through lists, and the one choice that has any.
function fielded(spec, raw) {
  let schema = resolve(spec, raw);
  if (schema.items) schema = resolve(spec, schema.items);
  const choices = schema.oneOf || schema.anyOf || schema.allOf || [];
  return schema.properties ? schema : choices.map((choice) => resolve(spec, choice)).find((choice) => choice.properties);
}

function fields(spec, raw, depth = 0) {
  const schema = fielded(spec, raw);
  if (!schema || depth > DEPTH_MAX) return null;
  const required = new Set(schema.required || []);
  const rows = Object.entries(schema.properties).map(([name, property]) => row(
    name,
    `${words(spec, property)}${required.has(name) ? "" : ", optional"}`,
    property.description || resolve(spec, property).description,
    fields(spec, property, depth + 1),
  ));
  return make("dl", {}, ...rows);
}

function row(name, type, about, inner) {
  return make("div", {},
    make("dt", {}, make("code", { textContent: name })),
    make("dd", {}, make("span", { className: "dim", textContent: type }), about ? paragraph(about) : null, inner));
}

function body(spec, content) {
  const [type, media] = Object.entries(content || {})[0] || [];
  if (!media) return null;
  const shown = fields(spec, media.schema);
  const kind = words(spec, media.schema);
  return shown || paragraph(kind === "any" ? type : `${type}: ${kind}`, "dim");
}

function responses(spec, operation) {
  const good = [];
  const problems = [];
  for (const [status, raw] of Object.entries(operation.responses || {})) {
    const response = resolve(spec, raw);
    if (status >= "400") {
      problems.push(row(status, response.description || "", null, null));
    } else {
      const heading = make("h4", { textContent: `Answers ${status}` });
      good.push(heading, body(spec, response.content) || make("p", { className: "dim", textContent: response.description || "Nothing more." }));
    }
  }
  const folded = make("details", {}, make("summary", { textContent: "What can go wrong" }), make("dl", {}, ...problems));
  return [...good, problems.length ? folded : null];
}

function article(spec, path, method, operation) {
  const id = `${method}${path}`.replaceAll(/[^a-z0-9]+/gi, "-");
  const doors = (operation.security || []).flatMap((door) => Object.keys(door).map((name) => WHO[name] || name));
  const parameters = (operation.parameters || []).map((raw) => resolve(spec, raw));
  const sent = operation.requestBody && body(spec, resolve(spec, operation.requestBody).content);
  const element = make("article", { id },
    make("h3", {}, make("span", { className: `method ${method}`, textContent: method.toUpperCase() }), make("span", { className: "path", textContent: path })),
    operation.summary ? paragraph(operation.summary) : null,
    operation.description && operation.description !== operation.summary ? paragraph(operation.description) : null,
    make("p", { className: "who", textContent: doors.length ? `For ${doors.join(" or ")}.` : "For anybody." }),
    ...(parameters.length ? [make("h4", { textContent: "Parameters" }), make("dl", {}, ...parameters.map((it) => row(
      it.name, `${words(spec, it.schema)}, in the ${it.in}${it.required ? "" : ", optional"}`, it.description, null)))] : []),
    ...(sent ? [make("h4", { textContent: "Send" }), sent] : []),
    ...responses(spec, operation));
  const link = make("a", { href: `#${id}` }, make("span", { className: `method ${method}`, textContent: method.toUpperCase() }), make("span", { textContent: path }));
  return { element, link, text: element.textContent.toLowerCase() };
}

function show(spec) {
  const groups = GROUPS.map(([prefix, title]) => ({ prefix, title, entries: [] }));
  for (const [path, item] of Object.entries(spec.paths)) {
    const group = groups.find((it) => path.startsWith(`${it.prefix}/`));
    for (const method of METHODS.filter((name) => item[name])) {
      group.entries.push(article(spec, path, method, item[method]));
    }
  }
  const main = document.getElementById("operations");
  const contents = document.getElementById("contents");
  main.prepend(make("p", { textContent: `${spec.info.description || ""} Version ${spec.info.version}.` }));
  for (const group of groups.filter((it) => it.entries.length)) {
    group.heading = make("h2", { textContent: group.title });
    group.label = make("b", { textContent: group.title });
    main.append(group.heading, ...group.entries.map((it) => it.element));
    contents.append(group.label, ...group.entries.map((it) => it.link));
  }
  const search = document.getElementById("search");
  search.addEventListener("input", () => filter(groups, search.value));
  // The element that the address names is there only now.
  if (location.hash) document.getElementById(location.hash.slice(1))?.scrollIntoView();
}

function filter(groups, typed) {
  const wanted = typed.toLowerCase().split(/\s+/).filter(Boolean);
  let count = 0;
  for (const group of groups.filter((it) => it.heading)) {
    for (const entry of group.entries) {
      const hit = wanted.every((word) => entry.text.includes(word));
      entry.element.hidden = entry.link.hidden = !hit;
      count += hit ? 1 : 0;
    }
    group.heading.hidden = group.label.hidden = group.entries.every((entry) => entry.element.hidden);
  }
  const noun = count === 1 ? "operation" : "operations";
  document.getElementById("found").textContent = wanted.length ? `${count} ${noun}` : "";
}

fetch("/api/openapi.json")
  .then((reply) => (reply.ok ? reply.json() : Promise.reject(new Error(`status ${reply.status}`))))
  .then(show)
  .catch((error) => document.getElementById("operations").append(make("p", { textContent: `The description of the API could not be read: ${error.message}.` })));
