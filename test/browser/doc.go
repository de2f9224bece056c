// Package browser tests examples/browser where its people are: in Chromium,
// signing in at a user pool of the local cloud and calling APIs there.
//
// The tests need the build tag localcloud and an installed Chromium; test.sh
// runs them, or says why it does not. It is a module of its own so that users do
// not download what drives the browser.
package browser
