// An OpenID provider: oidc-provider, with its own pages for signing in (any login, any password), as a test is told to have it.
import { createServer } from "node:http";
import Provider from "oidc-provider";

const { port, client, redirect, people } = JSON.parse(process.argv[2]);
const issuer = `http://127.0.0.1:${port}`;
const provider = new Provider(issuer, {
  clients: [client],
  claims: { openid: ["sub"], profile: ["name", "officer", "agency", "roles"] },
  features: { devInteractions: { enabled: true }, rpInitiatedLogout: { enabled: true } },
  findAccount: (_, id) => (people[id] ? { accountId: id, claims: () => ({ sub: id, ...people[id] }) } : undefined),
  pkce: { required: () => true },
});
createServer(provider.callback()).listen(port, "127.0.0.1", () => console.log("ready"));
