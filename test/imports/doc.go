// Package imports holds the rule of who may import whom.
package imports
