// Package short cuts texts to what AWS takes.
package short

import (
	"strings"

	"github.com/aws/constructs-go/constructs/v10"
)

// Text returns at most n bytes of a text, and no half characters.
func Text(text string, n int) string {
	if len(text) <= n {
		return text
	}
	end := 0
	for i := range text {
		if i > n {
			break
		}
		end = i
	}
	return text[:end]
}

// Description returns a text and the path of a construct, as AWS Lambda and AWS
// IAM take it for a description.
func Description(text string, of constructs.IConstruct) string {
	plain := strings.Map(func(r rune) rune {
		if r >= ' ' && r <= '~' || r >= '¡' && r <= 'ÿ' {
			return r
		}
		return '?' // which IAM would refuse
	}, text+*of.Node().Path())
	return Text(plain, 256)
}
