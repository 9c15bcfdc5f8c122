package dev.sallyport.broker.bulk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/** F15: CSV is read strictly, and what was written comes back. */
class CsvTest {
    private static List<Csv.Line> read(String text) {
        return Csv.read(text.getBytes(StandardCharsets.UTF_8), 100);
    }

    private static List<List<String>> cells(String text) {
        return read(text).stream().map(Csv.Line::cells).toList();
    }

    @Test
    void cellsAreReadAsTheyAre() {
        assertEquals(List.of(List.of("a", " b ", "")), cells("a, b ,"));
        assertEquals(
                List.of(List.of("a,b", "say \"hi\"", "two\nlines")),
                cells("\"a,b\",\"say \"\"hi\"\"\",\"two\nlines\"\r\n"));
        assertEquals(List.of(List.of("a"), List.of("b")), cells("\uFEFFa\r\n\r\n\nb\n"));
        assertEquals(List.of(List.of("=1+1", "@x")), cells("=1+1,@x"));
        assertEquals(List.of(), cells(""));
    }

    @Test
    void recordsKnowTheirLines() {
        assertEquals(
                List.of(1, 2, 5),
                read("h\n\"a\nb\nc\"\nlast").stream().map(Csv.Line::line).toList());
    }

    @Test
    void whatIsNotCsvIsRefusedWithItsPlace() {
        for (String text : List.of("a\n\"open", "a\nb\"c", "a\n\"b\"c", "a\nb\rc", "a\n" + "x,".repeat(60))) {
            BadFile refused = assertThrows(BadFile.class, () -> read(text));
            assertTrue(refused.getMessage().startsWith("line 2, column "), refused.getMessage());
        }
        byte[] latin = "a\nä".getBytes(StandardCharsets.ISO_8859_1);
        assertTrue(assertThrows(BadFile.class, () -> Csv.read(latin, 100))
                .getMessage()
                .startsWith("line 2"));
        assertTrue(assertThrows(BadFile.class, () -> read("x\n".repeat(101))).isTooLarge());
    }

    @Property
    void whatWasWrittenComesBack(@ForAll @Size(min = 1, max = 5) List<@Size(min = 1, max = 6) List<String>> records) {
        StringBuilder text = new StringBuilder();
        for (List<String> record : records) {
            List<String> quoted = record.stream()
                    .map(cell -> '"' + sound(cell).replace("\"", "\"\"") + '"')
                    .toList();
            text.append(String.join(",", quoted)).append("\r\n");
        }
        List<List<String>> expected = records.stream()
                .map(record -> record.stream().map(CsvTest::sound).toList())
                .filter(record -> record.size() > 1 || !record.get(0).isEmpty())
                .toList();
        assertEquals(expected, cells(text.toString()));
    }

    // Half a character cannot be written as UTF-8, and a byte order mark at the very beginning is not content.
    private static String sound(String cell) {
        return cell.replaceAll("[\\uD800-\\uDFFF\\uFEFF]", "?");
    }
}
