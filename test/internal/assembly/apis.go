package assembly

import (
	"fmt"
	"net/url"
	"regexp"
	"strings"
)

// uncache turns off the cache of a REST authorizer whose key has a part of the
// context. Its answers stay the same: each is asked for anew. Without a cache
// the local cloud asks the authorizer for requests without a token, too.
func uncache(properties object) (change string) {
	sources, _ := properties["IdentitySource"].(string)
	const ttl = "AuthorizerResultTtlInSeconds"
	if !strings.Contains(sources, "context.") || fmt.Sprint(properties[ttl]) == "0" {
		return ""
	}
	properties[ttl] = 0
	return "does not cache"
}

// authorizerContext is a member of a Lambda authorizer's context, as AWS
// spells it in an HTTP API's parameter mappings.
var authorizerContext = regexp.MustCompile(`(\$\{?context\.authorizer\.)([A-Za-z0-9_]+)`)

// respell changes an HTTP API's parameter mappings. The local cloud has the
// context under another name, knows no ${request.path}, and always appends the
// request's path to the URL, be there a base path or not.
func respell(properties object) (change string, err error) {
	parameters, _ := properties["RequestParameters"].(object)
	if properties["IntegrationType"] != "HTTP_PROXY" || parameters == nil {
		return "", nil
	}
	for name, value := range parameters {
		text, _ := value.(string)
		respelled := authorizerContext.ReplaceAllStringFunc(text, func(variable string) string {
			parts := authorizerContext.FindStringSubmatch(variable)
			if parts[2] == "lambda" || parts[2] == "jwt" || parts[2] == "claims" {
				return variable
			}
			return parts[1] + "lambda." + parts[2]
		})
		if respelled != text {
			parameters[name] = respelled
			change = "is told of the caller in the local cloud's words"
		}
	}
	const overwrite = "overwrite:path"
	path, _ := parameters[overwrite].(string)
	base, appends := strings.CutSuffix(path, "${request.path}")
	if path == "$request.path" {
		base, appends = "", true
	}
	if !appends {
		return change, nil
	}
	text, literal := properties["IntegrationUri"].(string)
	target, err := url.Parse(text)
	if !literal || err != nil || target.Host == "" {
		return "", fmt.Errorf("IntegrationUri is not a URL, got %v, write one that is known at synth", properties["IntegrationUri"])
	}
	delete(parameters, overwrite)
	properties["IntegrationUri"] = target.Scheme + "://" + target.Host + base
	if change == "" {
		change = "has its base path in the URL"
	}
	return change, nil
}
