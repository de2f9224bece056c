// Answers with the route that was matched and the caller the authorizer verified.
exports.handler = async (event) => ({
  statusCode: 200,
  headers: { "content-type": "application/json" },
  body: JSON.stringify({
    backend: process.env.BACKEND,
    route: event.routeKey,
    caller: event.requestContext.authorizer ? event.requestContext.authorizer.lambda : null,
  }),
});
