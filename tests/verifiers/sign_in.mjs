// A portal that has a citizen signed in (OpenID Connect CIBA, poll mode), by openid-client. The first line of standard
// input is {metadata, client, key, login_hint, binding_message}; what the service answers is printed. With the next line
// the portal polls, and prints the claims of the ID token, whose signature is checked, or the error.
import { createInterface } from 'node:readline';
import * as oidc from 'openid-client';

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const given = JSON.parse((await lines.next()).value);
const key = await crypto.subtle.importKey('jwk', given.key, { name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign']);
const metadata = { id_token_signed_response_alg: 'EdDSA' };
const authentication = oidc.PrivateKeyJwt({ key, kid: given.key.kid });
const config = new oidc.Configuration(given.metadata, given.client, metadata, authentication);
oidc.allowInsecureRequests(config); // on loopback
oidc.enableNonRepudiationChecks(config);

const { login_hint, binding_message } = given;
const asked = await oidc.initiateBackchannelAuthentication(config, { scope: 'openid', login_hint, binding_message });
console.log(JSON.stringify(asked));

await lines.next();
try {
  const told = await oidc.pollBackchannelAuthenticationGrant(config, { ...asked, interval: 0.1 });
  console.log(JSON.stringify({ claims: told.claims() }));
} catch (error) {
  console.log(JSON.stringify({ error: error.error ?? String(error) }));
}
process.exit(0);
