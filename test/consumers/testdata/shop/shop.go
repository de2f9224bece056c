// Package shop is a module that users of Scopeway might have: its CDK program
// is one folder of it.
package shop
