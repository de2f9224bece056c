// Package docs checks that the documents say what is so.
package docs
