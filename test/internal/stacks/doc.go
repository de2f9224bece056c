// Package stacks are the stacks that the demo shows: the quick start as it is,
// the same routes on a REST API, and a partner's APIs for what Cognito does not
// issue. The deploy tests have them, too, beside stacks of their own.
package stacks
