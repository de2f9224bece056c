// An authorizer with aws-jwt-verify, as its documentation has it: the verifier
// is made once and its keys are fetched while the process starts.
import http from "node:http";
import { JwtVerifier } from "aws-jwt-verify";
import { SimpleFetcher } from "aws-jwt-verify/https";
import { SimpleJwksCache } from "aws-jwt-verify/jwk";

// The library's own fetcher speaks https alone; key servers on loopback may be
// plain.
class PlainFetcher {
  fetch(url) {
    return new Promise((resolve, reject) => {
      http
        .get(url, (response) => {
          const chunks = [];
          response.on("data", (chunk) => chunks.push(chunk));
          response.on("error", reject);
          response.on("end", () => {
            if (response.statusCode !== 200) return reject(new Error(`key set, was refused, got status ${response.statusCode}`));
            const body = Buffer.concat(chunks);
            resolve(body.buffer.slice(body.byteOffset, body.byteOffset + body.length));
          });
        })
        .on("error", reject);
    });
  }
}

export async function create(settings) {
  const algorithms = new Set(settings.algorithms);
  const routes = new Map(Object.entries(settings.scopes));
  const verifier = JwtVerifier.create(
    {
      issuer: settings.issuer,
      audience: settings.audience,
      jwksUri: settings.keysUrl,
      customJwtCheck({ header, payload }) {
        if (!algorithms.has(header.alg)) throw new Error("alg, is not one of the issuer's");
        const typ = String(header.typ).toLowerCase();
        if (typ !== "at+jwt" && typ !== "application/at+jwt") throw new Error("typ, is not an access token's");
        if (typeof payload.exp !== "number") throw new Error("exp, is missing");
        if (payload.client_id !== settings.client) throw new Error("client_id, is not a known client");
      },
    },
    {
      jwksCache: new SimpleJwksCache({
        fetcher: settings.keysUrl.startsWith("http:") ? new PlainFetcher() : new SimpleFetcher(),
      }),
    },
  );
  await verifier.hydrate();
  return async function handler(event) {
    const scope = routes.get(event.routeKey);
    const match = /^Bearer ([^ ]+)$/i.exec(event.headers?.authorization ?? "");
    if (!scope || !match) return { isAuthorized: false };
    let claims;
    try {
      claims = await verifier.verify(match[1], { scope });
    } catch {
      return { isAuthorized: false };
    }
    return {
      isAuthorized: true,
      context: { sub: claims.sub, client_id: claims.client_id, scope: claims.scope, iss: claims.iss, exp: claims.exp },
    };
  };
}
