// Program tries to make up a caller outside of a test.
package main

import (
	"fmt"
	"os"

	"github.com/scopeway/scopeway/caller"
	"github.com/scopeway/scopeway/caller/callertest"
)

func main() {
	switch os.Args[1] {
	case "http":
		fmt.Println(callertest.HTTP(caller.Caller{}))
	case "rest":
		fmt.Println(callertest.REST(caller.Caller{}))
	case "header":
		fmt.Println(callertest.Header(caller.Caller{}))
	case "public":
		fmt.Println(callertest.PublicHeader())
	}
}
