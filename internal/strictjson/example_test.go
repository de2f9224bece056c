package strictjson_test

import (
	"fmt"

	"github.com/scopeway/scopeway/internal/strictjson"
)

func Example() {
	limits := strictjson.Limits{Bytes: 8192, Depth: 8}

	claims, err := strictjson.Parse([]byte(`{"iss":"https://example.com","exp":1700000000}`), limits)
	if err != nil {
		fmt.Println(err)
		return
	}
	issuer, ok := claims.Member("iss").Text()
	fmt.Println(issuer, ok)
	fmt.Println(claims.Member("ISS").Kind())

	_, err = strictjson.Parse([]byte(`{"iss":"https://example.com","i\u0073s":"https://evil.example"}`), limits)
	fmt.Println(err)
	// Output:
	// https://example.com true
	// missing
	// json, member name repeated at offset 29
}
