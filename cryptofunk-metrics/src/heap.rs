//! Giving free memory back to the operating system.
//!
//! glibc's allocator keeps what lies below the last block in use, so a server that once had thousands of sessions keeps their memory for good.

#![allow(unsafe_code, reason = "the C library has no safe function for it")]

/// Returns free memory to the system, where the allocator is glibc's; it may take some ms. Other allocators do so by themselves.
pub(crate) fn trim() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    // SAFETY: it takes any number, and glibc's manual says that any thread may call it. It touches free blocks alone.
    unsafe {
        libc::malloc_trim(0);
    }
}

#[cfg(all(test, target_os = "linux", target_env = "gnu"))]
mod tests {
    use super::*;

    fn resident() -> usize {
        let text = std::fs::read_to_string("/proc/self/statm").expect("Linux");
        text.split_whitespace().nth(1).and_then(|pages| pages.parse().ok()).map_or(0, |pages: usize| pages * 4096)
    }

    #[test]
    fn free_memory_goes_back_and_blocks_in_use_stay_as_they_are() {
        const BLOCKS: usize = 100_000;
        let mut blocks: Vec<Option<Box<[u8]>>> = (0..BLOCKS).map(|i| Some(vec![i as u8; 1024].into())).collect();
        let kept = |i: usize| i.is_multiple_of(100);
        blocks.iter_mut().enumerate().filter(|(i, _)| !kept(*i)).for_each(|(_, block)| *block = None);
        let before = resident();
        trim();
        let freed = before.saturating_sub(resident());
        assert!(freed > 50 << 20, "{freed} bytes of 100 MB");
        assert!(blocks.iter().enumerate().all(|(i, block)| {
            block.as_ref().is_some_and(|block| block.iter().all(|byte| *byte == i as u8)) == kept(i)
        }));
    }
}
