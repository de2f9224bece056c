// An OAuth server for the tests of this folder: npm's oidc-provider on a port of
// 127.0.0.1. It reads one JSON object from standard input, prints
// {"port":…} when it answers, and runs until standard input ends.
//
// Its keys are made once and kept in files: {"keys":["b","a"]} signs with b and
// publishes both, for each algorithm.
import { generateKeyPairSync, X509Certificate } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import Provider, { errors } from 'oidc-provider';

const config = JSON.parse(await new Promise((done) => process.stdin.once('data', done)));
process.stdin.on('end', () => process.exit(0));

const kinds = {
  RS256: ['rsa', { modulusLength: 2048 }],
  ES256: ['ec', { namedCurve: 'P-256' }],
  EdDSA: ['ed25519', {}],
};

function key(name, alg) {
  const file = join(config.folder, `${name}-${alg}.json`);
  if (!existsSync(file)) {
    const { privateKey } = generateKeyPairSync(...kinds[alg]);
    writeFileSync(file, JSON.stringify({ ...privateKey.export({ format: 'jwk' }), kid: `${name}-${alg}`, alg, use: 'sig' }), { mode: 0o600 });
  }
  return JSON.parse(readFileSync(file));
}

// The client "machine-ES256" gets tokens that are signed with ES256.
const machine = (client_id, more) => ({
  client_id, client_secret: config.secret, grant_types: ['client_credentials'], redirect_uris: [], response_types: [], ...more,
});

const server = createServer();
await new Promise((done) => server.listen(config.port, '127.0.0.1', done));
const { port } = server.address();

const provider = new Provider(`http://127.0.0.1:${port}`, {
  jwks: { keys: config.keys.flatMap((name) => Object.keys(kinds).map((alg) => key(name, alg))) },
  enabledJWA: { idTokenSigningAlgValues: Object.keys(kinds) },
  scopes: ['openid'],
  clients: [
    ...Object.keys(kinds).map((alg) => machine(`machine-${alg}`)),
    machine('machine-dpop', { dpop_bound_access_tokens: true }),
    machine('machine-mtls', { tls_client_certificate_bound_access_tokens: true }),
    {
      client_id: 'website', client_secret: config.secret, grant_types: ['authorization_code'], response_types: ['code'],
      redirect_uris: ['https://website.example.com/callback'],
    },
  ],
  cookies: { keys: [config.secret] },
  ttl: { Session: 600, Grant: 600, Interaction: 600, IdToken: 3600 },
  findAccount: (ctx, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
  features: {
    clientCredentials: { enabled: true },
    devInteractions: { enabled: false },
    dPoP: { enabled: true },
    mTLS: {
      enabled: true,
      certificateBoundAccessTokens: true,
      // As a server does that has a proxy before it, which ends TLS.
      getCertificate: (ctx) => ctx.get('x-client-certificate') && new X509Certificate(Buffer.from(ctx.get('x-client-certificate'), 'base64')),
    },
    resourceIndicators: {
      enabled: true,
      useGrantedResource: () => true,
      getResourceServerInfo(ctx, resource, client) {
        if (!config.resources.includes(resource)) throw new errors.InvalidTarget();
        const alg = client.clientId.split('-')[1];
        return {
          scope: 'read write', audience: resource, accessTokenTTL: 3600, accessTokenFormat: 'jwt',
          jwt: { sign: { alg: alg in kinds ? alg : 'RS256' } },
        };
      },
    },
  },
});

// interaction signs "alice" in and agrees to everything at once.
async function interaction(request, response) {
  const { prompt, params, session } = await provider.interactionDetails(request, response);
  if (prompt.name === 'login') {
    return provider.interactionFinished(request, response, { login: { accountId: 'alice' } });
  }
  const grant = new provider.Grant({ accountId: session.accountId, clientId: params.client_id });
  grant.addOIDCScope('openid');
  for (const resource of config.resources) grant.addResourceScope(resource, 'read write');
  return provider.interactionFinished(request, response, { consent: { grantId: await grant.save() } }, { mergeWithLastSubmission: true });
}

const answer = provider.callback();
server.on('request', (request, response) => {
  if (!request.url.startsWith('/interaction/')) return answer(request, response);
  return interaction(request, response).catch((error) => response.writeHead(500).end(String(error)));
});
console.log(JSON.stringify({ port }));
