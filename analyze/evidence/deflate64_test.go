package evidence

import (
	"bufio"
	"bytes"
	"encoding/hex"
	"fmt"
	"io"
	"testing"

	"github.com/klauspost/compress/flate"
)

// packed64 was packed by another program: forty lines, 70,000 zeros and a line,
// for which it takes a match longer than Deflate has.
const packed64 = "edc1cbad60390805c05e13051158d7beefbb2315449f9d19232324c29f44baeae14adc47d0eab131ec384daec49d82568f8d61c7697125ee12b47a6c0c3b4e2f" +
	"57e23e82568f8d61c7e9832b71a7a0d56363d871fae44adc2568f5d818769cbeb812f711b47a6c0c3b4edf5c893b05ad1e1bc38ed30f57e22e41abc7c6b0e3f4" +
	"cb95b88fa0d56363d8719a0f57e24e41abc7c6b0e3342757e22e41abc7c6b0e3341757e23e82568f8d61c769be5c893b05ad1e1bc38ed3fce04adc2568f5d818" +
	"769ce62757e23e82568f8d61c7697e7125ee14b47a6c0c3b4ef39b2b7197a0d56363d8719a3f5c89fb085a3d36861da7f9cb95b853d0eab131ec38ad872b7197" +
	"a0d56363d8715a932b711f41abc7c6b0e3b41657e24e41abc7c6b0e3b45eaec45d82568f8d61c7697d7025ee2368f5d818769cd62757e24e41abc7c6b0e3b4be" +
	"b81277095a3d36861da7f5cd95b88fa0d56363d8715a3f5c893b05ad1e1bc38ed3fae54adc2568f5d818769cde872b711f41abc7c6b0e3f44eaec49d82568f8d" +
	"61c7e95d5c89bb04ad1e1bc38ed3fb7225ee2368f5d818769cde0faec49d82568f8d61c7e9fde44adc2568f5d818769cde2faec47d04ad1e1bc38ed3fbcd95b8" +
	"53d0eab131ec38bd3f5c89bb04ad1e1bc38ed3fbcb95b88fa0d56363d871faf3effedf9f7f7111f0df5ffa1f"

func deflated64(t testing.TB) (raw, data []byte) {
	t.Helper()
	raw, err := hex.DecodeString(packed64)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	for i := range 40 {
		fmt.Fprintf(&b, "%d user%d@example.com\n", i, i%3)
	}
	b.Write(make([]byte, 70_000))
	b.WriteString("end\n")
	return raw, b.Bytes()
}

func TestDeflate64(t *testing.T) {
	raw, want := deflated64(t)
	got, err := io.ReadAll(&inflate64{r: bufio.NewReader(bytes.NewReader(raw))})
	if err != nil || !bytes.Equal(got, want) {
		t.Fatalf("%d of %d bytes, %v", len(got), len(want), err)
	}
	for cut := range raw {
		got, err := io.ReadAll(&inflate64{r: bufio.NewReader(bytes.NewReader(raw[:cut]))})
		if err == nil || !bytes.HasPrefix(want, got) {
			t.Errorf("cut at %d: %d bytes, %v", cut, len(got), err)
		}
	}
}

// FuzzDeflate64 unpacks any bytes, and any bytes that were packed without
// matches: without them it is Deflate.
func FuzzDeflate64(f *testing.F) {
	raw, data := deflated64(f)
	f.Add(raw)
	f.Add(data[:1000])
	f.Add([]byte("\x01\x05\x00\xfa\xffhello"))
	f.Add([]byte("\xcb\x48\xcd\xc9\xc9\xe7\x02\x00"))
	f.Fuzz(func(t *testing.T, data []byte) {
		n, _ := io.Copy(io.Discard, io.LimitReader(&inflate64{r: bufio.NewReader(bytes.NewReader(data))}, 8<<20))
		if n > 0 && len(data) == 0 {
			t.Error("bytes came out of nothing")
		}
		var b bytes.Buffer
		w, err := flate.NewWriter(&b, flate.HuffmanOnly)
		if err != nil {
			t.Fatal(err)
		}
		write(t, w, data)
		got, err := io.ReadAll(&inflate64{r: bufio.NewReader(&b)})
		if err != nil || !bytes.Equal(got, data) {
			t.Errorf("%d of %d bytes, %v", len(got), len(data), err)
		}
	})
}
