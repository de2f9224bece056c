// Package deploy tests what is only true of a deployment: the stacks are put
// on a local cloud once, and every test calls them. It is compiled with the
// tag localcloud, because it starts servers: "make deploy-test".
package deploy
