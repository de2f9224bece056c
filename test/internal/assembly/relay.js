"use strict";
const http = require("node:http");
const https = require("node:https");

// hopByHop are headers of one connection (RFC 9110, section 7.6.1), and those
// that the new request makes for itself.
const hopByHop = ["connection", "content-length", "host", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade"];

// source is the value of a mapping expression, undefined if there is none.
function source(event, expression) {
  const constant = /^'(.*)'$/s.exec(expression);
  if (constant) return constant[1];
  const [, from, name] = /^(context\.authorizer|method\.request\.path)\.(.+)$/.exec(expression) ?? [];
  if (from === "context.authorizer") return event.requestContext?.authorizer?.[name];
  if (from === "method.request.path") return event.pathParameters?.[name];
  throw new Error("mapping is not known to the relay: " + expression);
}

// request is what the server has to be sent.
exports.request = (event, { URI, METHOD, PARAMETERS }) => {
  const headers = {};
  for (const [name, values] of Object.entries(event.multiValueHeaders ?? {})) {
    if (!hopByHop.includes(name.toLowerCase())) headers[name.toLowerCase()] = values.join(",");
  }
  let url = URI;
  for (const [to, expression] of Object.entries(JSON.parse(PARAMETERS))) {
    const value = source(event, expression);
    const [, place, name] = /^integration\.request\.(header|path)\.(.+)$/.exec(to) ?? [];
    if (place === "path") {
      url = url.replaceAll(`{${name}}`, (value ?? "").split("/").map(encodeURIComponent).join("/"));
    } else if (place === "header" && value !== undefined) {
      headers[name.toLowerCase()] = value;
    } else if (place === "header") {
      delete headers[name.toLowerCase()];
    } else {
      throw new Error("mapping is not known to the relay: " + to);
    }
  }
  const query = new URLSearchParams();
  for (const [name, values] of Object.entries(event.multiValueQueryStringParameters ?? {})) {
    for (const value of values) query.append(name, value);
  }
  if (query.size > 0) url += "?" + query;
  const method = METHOD === "ANY" ? event.httpMethod : METHOD;
  const body = event.body ? Buffer.from(event.body, event.isBase64Encoded ? "base64" : "utf8") : undefined;
  if (body) headers["content-length"] = String(body.length);
  return { url, method, headers, body };
};

exports.handler = (event) =>
  new Promise((resolve, reject) => {
    const { url, method, headers, body } = exports.request(event, process.env);
    const client = url.startsWith("https:") ? https : http;
    const request = client.request(url, { method, headers }, (response) => {
      const chunks = [];
      response.on("data", (chunk) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () => {
        // Text: a REST API hands on base64 as it is unless its types are binary.
        const answer = { statusCode: response.statusCode, headers: {}, body: Buffer.concat(chunks).toString("utf8") };
        for (const [name, value] of Object.entries(response.headers)) {
          if (!hopByHop.includes(name)) answer.headers[name] = String(value);
        }
        resolve(answer);
      });
    });
    request.on("error", reject);
    request.end(body);
  });
