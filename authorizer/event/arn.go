package event

import "strings"

// methodARN is what the ARN of a method says, but for the path: that is the
// client's, and nothing is made of it.
//
//	arn:{partition}:execute-api:{region}:{account}:{api}/{stage}/{method}/{path}
type methodARN struct {
	partition, region, account, api, stage, method string
}

// parseMethodARN reads the ARN of a method. It takes only characters that such
// names are made of, so that none of them means anything in a policy.
func parseMethodARN(text string) (arn methodARN, ok bool) {
	parts := strings.SplitN(text, ":", 6)
	if len(parts) != 6 || parts[0] != "arn" || parts[2] != "execute-api" {
		return methodARN{}, false
	}
	names := strings.SplitN(parts[5], "/", 4)
	if len(names) != 4 {
		return methodARN{}, false
	}
	arn = methodARN{
		partition: parts[1], region: parts[3], account: parts[4],
		api: names[0], stage: names[1], method: names[2],
	}
	ok = madeOf(arn.partition, isLowerOrDigit, "-") && strings.HasPrefix(arn.partition, "aws") &&
		madeOf(arn.region, isLowerOrDigit, "-") &&
		madeOf(arn.account, isDigit, "") && len(arn.account) == 12 &&
		madeOf(arn.api, isLowerOrDigit, "") &&
		madeOf(arn.stage, isLetterOrDigit, "-_") &&
		isMethod(arn.method)
	if !ok {
		return methodARN{}, false
	}
	return arn, true
}

// ofStage returns what the ARNs of all methods of the stage begin with, without
// the slash behind it.
func (a methodARN) ofStage() string {
	return "arn:" + a.partition + ":execute-api:" + a.region + ":" + a.account + ":" + a.api + "/" + a.stage
}

// madeOf tells whether a name has one character or more, all of a kind or among
// the others.
func madeOf(name string, kind func(byte) bool, others string) bool {
	for i := range len(name) {
		if !kind(name[i]) && strings.IndexByte(others, name[i]) < 0 {
			return false
		}
	}
	return name != ""
}

func isDigit(c byte) bool         { return '0' <= c && c <= '9' }
func isLowerOrDigit(c byte) bool  { return 'a' <= c && c <= 'z' || isDigit(c) }
func isLetterOrDigit(c byte) bool { return 'A' <= c && c <= 'Z' || isLowerOrDigit(c) }
