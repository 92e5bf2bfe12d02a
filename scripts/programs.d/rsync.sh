# rsync -aHAX of a tree with everything in it, onto the mount, within it and off it; a dry run by checksums finds nothing to do.
# deadline: 300
nothing_to_do() { [[ -z $(rsync -aHAXn --checksum --itemize-changes --delete "$1/" "$2/") ]]; }
make_tree "$SCRATCH/tree"
# rsync leaves a time that is right to the second, as one would be of what it has just made.
find "$SCRATCH/tree" -depth -exec touch -h -d @1600000000.123456789 {} +
rsync -aHAXS "$SCRATCH/tree/" arrived/
nothing_to_do "$SCRATCH/tree" arrived
same_tree "$SCRATCH/tree" arrived
rsync -aHAX --inplace arrived/ again/
nothing_to_do "$SCRATCH/tree" again
rsync -aHAXS again/ "$SCRATCH/back/"
same_tree "$SCRATCH/tree" "$SCRATCH/back"
# A change of few bytes, by rsync's own algorithm, in place and by a new file; a name that is gone.
printf changed | dd of="$SCRATCH/tree/large" bs=1 seek=4000000 conv=notrunc status=none
rm "$SCRATCH/tree/dir 0/hard"
rsync -aHAX --no-whole-file --inplace --delete "$SCRATCH/tree/" again/
rsync -aHAX --no-whole-file --delete "$SCRATCH/tree/" arrived/
nothing_to_do "$SCRATCH/tree" again
nothing_to_do "$SCRATCH/tree" arrived
rm -rf arrived again
