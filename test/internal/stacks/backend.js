// Answers with the route that was matched and the caller the authorizer verified,
// to an HTTP API and to a REST API.
exports.handler = async (event) => {
  const authorizer = event.requestContext.authorizer;
  return {
    statusCode: 200,
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      backend: process.env.BACKEND,
      route: event.routeKey ?? `${event.httpMethod} ${event.resource}`,
      caller: (event.routeKey ? authorizer?.lambda : authorizer) ?? null,
    }),
  };
};
