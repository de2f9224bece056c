package event

// wire is the event as it is sent: the members that are used, and those that
// tell one kind of event from another.
type wire struct {
	Version        string            `json:"version"`
	Type           string            `json:"type"`
	MethodARN      string            `json:"methodArn"`
	Resource       string            `json:"resource"`
	RouteKey       string            `json:"routeKey"`
	RawPath        string            `json:"rawPath"`
	IdentitySource []string          `json:"identitySource"`
	Headers        map[string]string `json:"headers"`
	RequestContext struct {
		RouteKey     string `json:"routeKey"`
		RequestID    string `json:"requestId"`
		APIID        string `json:"apiId"`
		Stage        string `json:"stage"`
		EventType    string `json:"eventType"`
		ConnectionID string `json:"connectionId"`
		HTTP         struct {
			Method   string `json:"method"`
			Path     string `json:"path"`
			SourceIP string `json:"sourceIp"`
		} `json:"http"`
	} `json:"requestContext"`
}

// otherShape says which kind of event this is, or "" when it is the one kind
// that is read.
func (w *wire) otherShape() string {
	switch {
	case w.RequestContext.ConnectionID != "" || w.RequestContext.EventType != "":
		return "a WebSocket API's"
	case w.Version == "2.0" && w.Type == "REQUEST":
		return ""
	case w.Version == "2.0" && w.Type == "":
		return "an HTTP API integration's of payload format 2.0"
	case w.Version == "1.0" && w.Type == "":
		return "an HTTP API integration's of payload format 1.0"
	case w.Version == "1.0":
		return "an HTTP API authorizer's of payload format 1.0"
	case w.Type == "TOKEN":
		return "a REST API TOKEN authorizer's"
	case w.Type == "REQUEST" && w.MethodARN != "":
		return "a REST API REQUEST authorizer's"
	case w.Type == "" && w.Resource != "":
		return "a REST API integration's"
	default:
		return "none that is known"
	}
}
