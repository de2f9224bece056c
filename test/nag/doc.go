// Package nag tests what others' checkers say of the templates: cdk-nag's
// AwsSolutions rules, cfn-lint with the schemas of AWS, and a look at every
// policy. It is a module of its own so that users do not download cdk-nag.
package nag
