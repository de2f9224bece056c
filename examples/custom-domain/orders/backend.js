// Answers with the route that was matched.
exports.handler = async (event) => ({
  statusCode: 200,
  headers: { "content-type": "application/json" },
  body: JSON.stringify({ backend: process.env.BACKEND, route: event.routeKey }),
});
