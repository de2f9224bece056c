// Answers with the method that was matched and the caller the authorizer
// verified. Behind a REST API the backend itself lets pages read its answers.
exports.handler = async (event) => ({
  statusCode: 200,
  headers: {
    "content-type": "application/json",
    "access-control-allow-origin": process.env.PAGE,
  },
  body: JSON.stringify({
    backend: process.env.BACKEND,
    route: event.httpMethod + " " + event.resource,
    caller: event.requestContext.authorizer || null,
  }),
});
