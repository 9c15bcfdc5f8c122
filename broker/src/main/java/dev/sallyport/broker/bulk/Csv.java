package dev.sallyport.broker.bulk;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads CSV (RFC 4180) strictly: UTF-8 or nothing, a quoted cell is closed and followed by a comma or the end of its record, a quote stands
 * only at the beginning of a cell. Lines end with CRLF or LF. Records that are empty are skipped.
 */
final class Csv {
    /** A record with the line on which it begins, counted from 1. */
    record Line(int line, List<String> cells) {}

    private static final int MOST_CELLS = 50;
    private static final char BOM = '\uFEFF';

    private final CharBuffer text;
    private final int mostRecords;
    private final List<Line> records = new ArrayList<>();
    private int line = 1;

    private Csv(CharBuffer text, int mostRecords) {
        this.text = text;
        this.mostRecords = mostRecords;
    }

    /**
     * All records, the header among them.
     *
     * @throws BadFile naming line and column
     */
    static List<Line> read(byte[] file, int mostRecords) {
        CharBuffer text = decoded(file);
        if (text.hasRemaining() && text.get(text.position()) == BOM) {
            text.get();
        }
        Csv csv = new Csv(text, mostRecords);
        while (text.hasRemaining()) {
            csv.record();
        }
        return csv.records;
    }

    private static CharBuffer decoded(byte[] file) {
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        ByteBuffer bytes = ByteBuffer.wrap(file);
        CharBuffer text = CharBuffer.allocate(file.length + 1);
        CoderResult result = decoder.decode(bytes, text, true);
        if (!result.isError()) {
            result = decoder.flush(text);
        }
        text.flip();
        if (result.isError()) {
            long lines = text.chars().filter(c -> c == '\n').count();
            throw BadFile.at((int) lines + 1, 1, "this is not UTF-8");
        }
        return text;
    }

    private void record() {
        int begun = line;
        List<String> cells = new ArrayList<>();
        boolean more = true;
        while (more) {
            if (cells.size() == MOST_CELLS) {
                throw BadFile.at(begun, MOST_CELLS + 1, "there are too many columns");
            }
            StringBuilder cell = new StringBuilder();
            more = isNext('"') ? quoted(cell, cells.size() + 1) : plain(cell, cells.size() + 1);
            cells.add(cell.toString());
        }
        if (cells.size() > 1 || !cells.get(0).isEmpty()) {
            if (records.size() == mostRecords) {
                throw BadFile.tooLarge("there are more than " + (mostRecords - 1) + " rows");
            }
            records.add(new Line(begun, cells));
        }
    }

    /** Reads to the end of a cell; true if another one follows in this record. */
    private boolean plain(StringBuilder cell, int column) {
        while (text.hasRemaining()) {
            char c = text.get();
            if (c == ',') {
                return true;
            }
            if (c == '\n' || (c == '\r' && isNext('\n'))) {
                endLine(c);
                return false;
            }
            if (c == '"') {
                throw BadFile.at(line, column, "a quote stands inside a cell that is not quoted");
            }
            if (c == '\r') {
                throw BadFile.at(line, column, "a carriage return stands without a line feed");
            }
            cell.append(c);
        }
        return false;
    }

    private boolean quoted(StringBuilder cell, int column) {
        int opened = line;
        text.get();
        while (text.hasRemaining()) {
            char c = text.get();
            if (c == '\n') {
                line++;
            }
            if (c != '"') {
                cell.append(c);
            } else if (isNext('"')) {
                cell.append(text.get());
            } else {
                return afterQuote(column);
            }
        }
        throw BadFile.at(opened, column, "the quoted cell is not closed");
    }

    private boolean afterQuote(int column) {
        if (!text.hasRemaining()) {
            return false;
        }
        char c = text.get();
        if (c == ',') {
            return true;
        }
        if (c == '\n' || (c == '\r' && isNext('\n'))) {
            endLine(c);
            return false;
        }
        throw BadFile.at(line, column, "something follows the closing quote");
    }

    private void endLine(char c) {
        if (c == '\r') {
            text.get();
        }
        line++;
    }

    private boolean isNext(char c) {
        return text.hasRemaining() && text.get(text.position()) == c;
    }
}
