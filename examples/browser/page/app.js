// Signs people in with the authorization code grant and PKCE (RFC 6749, section
// 4.1; RFC 7636), and calls the API with the access token.
//
// The token is in this variable and nowhere else: a page that is loaded anew has
// none, and asks for one again.
let token = null;

// What has to outlive the way to the login page and back: one sign-in's state and
// verifier, for this tab only.
const pending = "sign-in";

const config = await (await fetch("config.json")).json();
const home = location.origin + "/";

const base64url = (bytes) =>
  btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
const random = () => base64url(crypto.getRandomValues(new Uint8Array(32)));
const element = (id) => document.getElementById(id);

async function signIn() {
  const verifier = random();
  const state = random();
  sessionStorage.setItem(pending, JSON.stringify({ state, verifier }));
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(verifier));
  location.assign(config.authorize + "?" + new URLSearchParams({
    response_type: "code",
    client_id: config.client,
    redirect_uri: home,
    scope: config.scope,
    state,
    code_challenge: base64url(new Uint8Array(digest)),
    code_challenge_method: "S256",
  }));
}

// comeBack ends a sign-in, if the page was loaded at the end of one.
async function comeBack() {
  const answer = new URLSearchParams(location.search);
  if (!answer.has("state")) return;
  const begun = JSON.parse(sessionStorage.getItem(pending) ?? "null");
  sessionStorage.removeItem(pending);
  history.replaceState(null, "", home); // the code is of no use to who looks at the history
  if (begun === null || begun.state !== answer.get("state")) {
    throw new Error("this is not the end of a sign-in that began here");
  }
  if (!answer.has("code")) {
    throw new Error("the sign-in was refused: " + (answer.get("error") ?? "no code"));
  }
  const response = await fetch(config.token, {
    method: "POST",
    body: new URLSearchParams({
      grant_type: "authorization_code",
      client_id: config.client,
      redirect_uri: home,
      code: answer.get("code"),
      code_verifier: begun.verifier,
    }),
  });
  if (!response.ok) {
    throw new Error("the code was refused with " + response.status);
  }
  token = (await response.json()).access_token;
  element("who").textContent = "Somebody is signed in.";
  element("sign-in").hidden = true;
  element("sign-out").hidden = false;
}

function signOut() {
  token = null;
  location.assign(config.logout + "?" + new URLSearchParams({ client_id: config.client, logout_uri: home }));
}

// call shows what the API answers. Nothing of it is read as HTML.
async function call(route) {
  const [method, path] = route.split(" ");
  const headers = token === null ? {} : { Authorization: "Bearer " + token };
  try {
    const response = await fetch(config.api + path, { method, headers, credentials: "omit", cache: "no-store" });
    element("answer").textContent = route + "\n" + response.status + "\n" + (await response.text());
  } catch {
    // Also what a browser says of an answer without CORS headers.
    element("answer").textContent = route + "\nno answer that this page may read";
  }
}

element("sign-in").addEventListener("click", signIn);
element("sign-out").addEventListener("click", signOut);
for (const button of document.querySelectorAll("[data-call]")) {
  button.addEventListener("click", () => call(button.dataset.call));
}
try {
  await comeBack();
} catch (refusal) {
  element("who").textContent = "Not signed in: " + refusal.message;
}
document.body.dataset.ready = "";
