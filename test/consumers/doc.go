// Package consumers makes modules as users of Scopeway have them, with this
// checkout as a published version, and compiles the authorizer in them.
package consumers
