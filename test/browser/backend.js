// Answers with the route that was matched and the caller the authorizer verified.
// Behind a REST API, a function says itself which pages may read its answers.
exports.handler = async (event) => ({
  statusCode: 200,
  headers: { "content-type": "application/json", "access-control-allow-origin": process.env.PAGE_ORIGIN },
  body: JSON.stringify({
    route: `${event.httpMethod} ${event.resource}`,
    caller: event.requestContext.authorizer ?? null,
  }),
});
