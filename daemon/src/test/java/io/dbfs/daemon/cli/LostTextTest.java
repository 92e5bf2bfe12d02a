package io.dbfs.daemon.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Lost chunks, as people and as programs read them. */
class LostTextTest {
    private static final LostReport LOST = new LostReport(
            List.of(
                    new LostReport.Chunk(
                            "first", "000000000000000a", 8_388_608, List.of(1, 2), List.of(), List.of(12L)),
                    new LostReport.Chunk("first", "000000000000000b", 10, List.of(1), List.of(3), List.of(12L, -1L))),
            Map.of(12L, List.of("/a/b", "/a/<c>")),
            true);

    @Test
    void peopleSeeTheChunkItsCopiesAndThePaths() {
        String text = LostText.render(LOST);
        assertTrue(
                text.lines()
                        .anyMatch(line -> line.contains("000000000000000a")
                                && line.contains("damaged or missing on n1 n2")
                                && line.contains("/a/b, /a/<c>")),
                text);
        assertTrue(text.lines().anyMatch(line -> line.contains("silent: n3") && line.contains("no name")), text);
        assertEquals(
                "chunks lost: 2, of 2 files",
                LostText.summary(LOST).substring(0, "chunks lost: 2, of 2 files".length()));
    }

    @Test
    void withoutLossesThereIsOneSentence() {
        assertEquals("No chunk is lost.\n", LostText.render(new LostReport(List.of(), Map.of(), true)));
    }

    @Test
    void programsReadTheSame() {
        JsonObject json = JsonParser.parseString(LostText.json(LOST)).getAsJsonObject();
        assertTrue(json.get("complete").getAsBoolean());
        JsonObject second = json.getAsJsonArray("lost_chunks").get(1).getAsJsonObject();
        assertEquals("000000000000000b", second.get("chunk").getAsString());
        assertEquals(3, second.getAsJsonArray("silent_on").get(0).getAsInt());
        JsonObject file = second.getAsJsonArray("files").get(1).getAsJsonObject();
        assertEquals("18446744073709551615", file.get("inode").getAsString());
        assertEquals(0, file.getAsJsonArray("paths").size());
    }
}
