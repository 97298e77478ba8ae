// An OpenID provider for the end-to-end tests: the certified one, with people and keys of this test's own.
//
// node provider.mjs FOLDER_WITH_NODE_MODULES PORT MOSAIC_URL CLIENT_SECRET
// Its keys are made at its start, so that starting it again changes them. It says `ready` when it is.

import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { pathToFileURL } from 'node:url';

const [folder, port, mosaic, clientSecret] = process.argv.slice(2);
const { default: Provider } = await import(pathToFileURL(`${folder}/node_modules/oidc-provider/lib/index.js`));

const people = {
  ann: { groups: ['staff'], email_verified: true },
  bob: { groups: ['staff', 'wheel'], email_verified: true },
  eve: { groups: [], email_verified: true },
  uma: { groups: ['staff'], email_verified: false },
};

const key = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' });
// Not this host's address: whoever comes back from here comes from another site.
const issuer = `http://localhost:${port}`;
const provider = new Provider(issuer, {
  clients: [{
    client_id: 'mosaic',
    client_secret: clientSecret,
    redirect_uris: [`${mosaic}/api/auth/oidc/callback`],
    post_logout_redirect_uris: [`${mosaic}/sign-in`],
  }],
  claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'], groups: ['groups'] },
  scopes: ['openid', 'email', 'profile', 'groups'],
  pkce: { required: () => true },
  features: { devInteractions: { enabled: true }, rpInitiatedLogout: { enabled: true } },
  jwks: { keys: [{ ...key, use: 'sig', alg: 'RS256', kid: randomBytes(8).toString('hex') }] },
  cookies: { keys: [randomBytes(16).toString('hex')] },
  findAccount: (_context, id) => people[id] && {
    accountId: id,
    claims: () => ({ sub: id, name: id, email: `${id}@example.org`, ...people[id] }),
  },
});
provider.listen(Number(port), '127.0.0.1', () => console.log('ready'));
