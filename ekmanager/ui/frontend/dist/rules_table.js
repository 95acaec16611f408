var se="http://www.w3.org/2000/svg";function c(e,t="",...n){let i=document.createElement(e);return t&&(i.className=t),i.append(...n),i}function O(e,t={}){let n=document.createElementNS(se,e);for(let[i,o]of Object.entries(t))n.setAttribute(i,String(o));return n}function x(e,t,n){let i=c("button",e);return i.type="button",n?(i.append(n),i.setAttribute("aria-label",t),i.title=t):i.textContent=t,i}function f(e,t){e.textContent!==t&&(e.textContent=t)}function p(e,t,n){n===null?e.hasAttribute(t)&&e.removeAttribute(t):e.getAttribute(t)!==n&&e.setAttribute(t,n)}function u(e,t){e.hidden===t&&(e.hidden=!t)}function R(e,t){p(e,"aria-pressed",String(t))}function ct(e,...t){e.adoptedStyleSheets=t.map(n=>{let i=new CSSStyleSheet;return i.replaceSync(n),i})}function dt(e){let t=e.composedPath()[0];return t instanceof HTMLElement&&(t.isContentEditable||t.matches("input:not([type=checkbox]), textarea, select, [role=textbox], [role=combobox]"))}function ht({host:e}){let t=getComputedStyle(e).getPropertyValue("--st-background-color").trim(),[n=255,i=255,o=255]=re(t);p(e,"data-theme",.2126*n+.7152*i+.0722*o<128?"dark":"light")}function re(e){let t=/^#([0-9a-f]{3,8})$/i.exec(e)?.[1];if(!t)return(e.match(/[\d.]+/g)??[]).slice(0,3).map(Number);let n=t.length<6?[...t].map(i=>i+i).join(""):t;return[0,2,4].map(i=>Number.parseInt(n.slice(i,i+2),16))}var pt=["","k","M","G","T","P"];function m(e){return y(e)?"–":e.toFixed(0).replace(/\B(?=(\d{3})+$)/g,",")}function gt(e){if(y(e))return"–";if(e<0)return`-${gt(-e)}`;let[t,n]=ae(e,le);return n?`${t} ${n}`:t}function L(e){return y(e)?"–":`${gt(e)}/s`}function X(e,t=0){if(y(e))return"–";if(e===0||e===100)return`${e} %`;let n=10**-t;return e>0&&e<n?t?`${n.toFixed(t)} %`:"<1 %":e>100-n&&e<100?`${(100-n).toFixed(t)} %`:`${e.toFixed(t)} %`}function Q(e){if(y(e))return"–";let t=Math.max(0,e);if(t>=6e4)return U(t/1e3);if(t===0)return"0 ms";for(let[n,i]of[[1e3,"µs"],[1,"ms"]]){let o=ft(t*n);if(Number(o)<1e3)return`${o} ${i}`}return`${ft(t/1e3)} s`}function U(e){if(y(e))return"–";let t=Math.max(0,Math.trunc(e));return t<60?`${t} s`:t<3600?`${Math.trunc(t/60)} min`:t<86400?mt(Math.trunc(t/3600),"h",Math.trunc(t%3600/60),"min"):mt(Math.trunc(t/86400),"d",t<10*86400?Math.trunc(t%86400/3600):0,"h")}function xt(e,t){return y(e)?"–":t-e<5?"just now":`${U(t-e)} ago`}function bt(e){if(y(e))return"–";let t=new Date(e*1e3);return`${[t.getFullYear(),t.getMonth()+1,t.getDate()].map(ut).join("-")} ${[t.getHours(),t.getMinutes(),t.getSeconds()].map(ut).join(":")}`}function ut(e){return String(e).padStart(2,"0")}function y(e){return e==null||!Number.isFinite(e)}function ae(e,t){let n=0;for(;n<pt.length-1&&Number(t(e))>=1e3;)e/=1e3,n+=1;return[t(e),pt[n]]}function ft(e){return e<9.95?vt(e.toFixed(1)):e.toFixed(0)}function le(e){return vt(e.toFixed(e<9.995?2:e<99.95?1:0))}function vt(e){return e.includes(".")?e.replace(/\.?0+$/,""):e}function mt(e,t,n,i){return n?`${e} ${t} ${n} ${i}`:`${e} ${t}`}var H=14;function wt(e,t){let n=[...e],i=[],o=()=>n.reduce((s,r)=>s+r.min+H,-H);for(;o()>t;){let s=n.reduce((r,a)=>a.drop>r.drop?a:r);if(s.drop===0)break;n.splice(n.indexOf(s),1),i.push(s)}return i.sort((s,r)=>s.drop-r.drop),{shown:n,dropped:i}}function yt({min:e,grow:t}){return t?`minmax(${e}px, ${t}fr)`:`${e}px`}function k(e,t){let n=c("span","figure");return{node:n,set(i,o){let s=e(i,o);f(n,s),n.classList.toggle("none",s==="–"),t&&p(n,"title",t(i,o)||null)}}}function kt(e=t=>t.tags){let t=c("span","tags"),n="";return{node:t,set(i){let o=e(i),s=o.join(`
`);s!==n&&(n=s,t.title=o.join(", "),t.replaceChildren(...o.map(r=>c("span","tag",r))))}}}var de={search:"M7 2.5a4.5 4.5 0 1 1 0 9 4.5 4.5 0 0 1 0-9ZM10.3 10.3l3.4 3.4",clear:"M4 4l8 8M12 4l-8 8",more:"M3.2 8h.01M8 8h.01M12.8 8h.01",edit:"M3 13l.6-2.8L10.8 3a1.3 1.3 0 0 1 1.9 0l.3.3a1.3 1.3 0 0 1 0 1.9L5.8 12.4 3 13Z",table:"M2.5 4h11M2.5 8h11M2.5 12h11",columns:"M2.5 3h11v10h-11zM6.2 3v10M9.8 3v10",cards:"M2.5 3h4.6v4.2H2.5zM8.9 3h4.6v4.2H8.9zM2.5 8.8h4.6V13H2.5zM8.9 8.8h4.6V13H8.9z",comfortable:"M2.5 4.2h11M2.5 11.8h11",compact:"M2.5 3h11M2.5 6.3h11M2.5 9.7h11M2.5 13h11",down:"M4 6.2 8 10l4-3.8",ascending:"M8 12.5v-9M4.5 7 8 3.5 11.5 7",descending:"M8 3.5v9M4.5 9 8 12.5 11.5 9",check:"M3.5 8.5l3 3 6-7",shared:"M5.8 7.4a2.2 2.2 0 1 0 0-4.4 2.2 2.2 0 0 0 0 4.4ZM1.8 13c0-2.2 1.8-3.6 4-3.6s4 1.4 4 3.6M10.6 3.2a2.1 2.1 0 0 1 0 4M11.8 9.6c1.5.4 2.5 1.6 2.5 3.4",private:"M4 7.2h8V13H4zM5.7 7.2V5a2.3 2.3 0 0 1 4.6 0v2.2"};function v(e){let t=O("svg",{viewBox:"0 0 16 16",class:`icon icon-${e}`,"aria-hidden":"true"});return t.append(O("path",{d:de[e]})),t}var tt=20;function I(){let e=c("input","check");return e.type="checkbox",e}function K(e,...t){let n=c("div",`cell ${e}`.trim(),...t);return n.setAttribute("role","gridcell"),n}function St(){let e=x("icon-button","More actions",v("more"));return e.dataset.act="menu",e.setAttribute("aria-haspopup","menu"),e}function Mt(e,t,n,i){p(e,"data-id",n.id),p(e,"data-status",n.status),p(e,"data-selected",t?String(i.selected):null),p(e,"aria-selected",t&&e.role==="row"?String(i.selected):null),p(e,"aria-current",i.current?"true":null),p(e,"aria-label",`${n.name}, ${n.spoken}`);let o=i.active?0:-1;if(e.tabIndex!==o||!e.hasAttribute("tabindex")){e.tabIndex=o;for(let s of e.querySelectorAll("button, input, .beats"))s.tabIndex=o}t&&(t.checked!==i.selected&&(t.checked=i.selected),p(t,"aria-label",`Select ${n.name}`))}var D=class{node=c("div","head");#t=c("div","line");#n=I();#e=[];#i="";#o;#s;#l={};constructor(t,n){this.#s=t,this.#o=n.sort,this.node.setAttribute("role","rowgroup"),this.#t.setAttribute("role","row"),this.#t.setAttribute("aria-rowindex","1"),this.node.append(this.#t),this.#n.addEventListener("change",()=>n.all(this.#n.checked))}columns(t,n){let i=`${t.map(({id:r})=>r).join(" ")} ${n.select} ${n.act}`;if(i===this.#i)return;this.#i=i,this.#e=[];let o=t.map(r=>{let a=c("div",`cell ${r.align==="end"?"end":""}`.trim());if(a.setAttribute("role","columnheader"),r.title&&(a.title=r.title),this.#s[r.id]){let l=x("sort",r.label);l.append(v("ascending")),l.addEventListener("click",()=>this.#r(r.id)),a.append(l),this.#e.push({sort:r.id,node:a})}else a.append(r.label);return a}),s=c("div","cell select",this.#n);s.setAttribute("role","columnheader"),this.#t.replaceChildren(...n.select?[s]:[],...o)}set(t,n,i,o){this.#l=t,u(this.node,n);for(let{sort:s,node:r}of this.#e){let a=t.descending?"descending":"ascending";p(r,"aria-sort",s===t.sort?a:null)}this.#n.checked=o>0&&i===o,this.#n.indeterminate=i>0&&i<o,p(this.#n,"aria-label",`Select all ${o}`)}#r(t){let n=this.#l.sort===t;this.#o(t,n?!this.#l.descending:this.#s[t]?.down??!1)}};var he=50,Et=6,P=class{node=c("div","scroller");#t=c("div","canvas");#n=new Map;#e=[];#i=new Map;#o={lineHeight:1,perLine:1,gap:0,build:()=>({node:c("div"),set(){}})};#s={};#l=new Set;#r=null;#a=null;#g=0;#p={x:0,y:0};#h;#c;constructor(t,n,i){this.#h=i,this.#c=t,this.node.setAttribute("aria-label",t),this.node.append(n,this.#t),this.node.addEventListener("scroll",()=>this.#y(),{passive:!0}),this.#t.addEventListener("pointerdown",o=>this.#p={x:o.clientX,y:o.clientY}),this.#t.addEventListener("click",o=>this.#S(o)),this.#t.addEventListener("keydown",o=>this.#b(o)),this.#t.addEventListener("focusin",o=>this.#w(o))}reshape(t,n){let i=n==="cards";this.node.role=i?null:"grid",this.#t.role=i?"list":"rowgroup",this.#t.ariaLabel=i?this.#c:null;let o=this.#e[this.#m()];for(let{node:s}of this.#n.values())s.remove();this.#n.clear(),this.#o=t,o&&this.#f&&this.#v(this.#i.get(o.id)??0,"start")}update(t,n,i,o,s){let r=s&&this.node.scrollTop>0?this.#e[this.#m()]?.id:void 0,a=r===void 0?0:this.#u(this.#i.get(r)??0);this.#e=t,this.#i=new Map(t.map((h,d)=>[h.id,d])),this.#s=n,this.#l=i,this.#r=o,(this.#a===null||!this.#i.has(this.#a))&&(this.#a=t[0]?.id??null);let l=Math.ceil(t.length/this.#o.perLine);if(this.#t.style.height=`${Math.max(0,l*this.#o.lineHeight-this.#o.gap)}px`,this.node.classList.toggle("bounded",this.#f),!s)this.node.scrollTop=0;else if(r!==void 0&&this.#i.has(r)){let h=this.#u(this.#i.get(r)??0)-a;h&&(this.node.scrollTop+=h)}this.#d()}refresh(t){this.#s=t,this.#d()}element(t){return this.#n.get(t)?.node}between(t,n){let[i,o]=[this.#i.get(t),this.#i.get(n)];return i===void 0||o===void 0?[n]:this.#e.slice(Math.min(i,o),Math.max(i,o)+1).map(s=>s.id)}get#f(){return this.#e.length>he}#u(t){return Math.floor(t/this.#o.perLine)*this.#o.lineHeight}#m(){return Math.floor(this.node.scrollTop/this.#o.lineHeight)*this.#o.perLine}#y(){this.#g||=requestAnimationFrame(()=>{this.#g=0,this.#d()})}#d(){let{lineHeight:t,perLine:n,gap:i}=this.#o,o=0,s=this.#e.length;if(this.#f){let g=this.node.clientHeight||900;o=Math.max(0,(Math.floor(this.node.scrollTop/t)-Et)*n),s=Math.min(s,(Math.ceil((this.node.scrollTop+g)/t)+Et)*n)}let r=this.#e.slice(o,s).map((g,E)=>({row:g,index:o+E})),a=this.#a===null?void 0:this.#i.get(this.#a),l=a!==void 0&&(a<o||a>=s),h=l?this.#e[a]:void 0;h&&l&&r.splice(a<o?0:r.length,0,{row:h,index:a});let d=new Set(r.map(({row:g})=>g.id));for(let[g,{node:E}]of this.#n)d.has(g)||(E.remove(),this.#n.delete(g));let b=this.#t.firstChild;for(let{row:g,index:E}of r){let A=this.#n.get(g.id);A||(A=this.#o.build(),this.#n.set(g.id,A)),A.set(g,this.#s,{selected:this.#l.has(g.id),current:g.id===this.#r,active:g.id===this.#a,index:E}),pe(A.node,this.#u(E),E%n,n,t-i),b===A.node?b=b.nextSibling:ue(this.#t,A.node,b)}}#v(t,n){let i=this.#u(t),o=this.node.firstElementChild.offsetHeight,s=this.node.clientHeight-o-this.#o.lineHeight,{scrollTop:r}=this.node;n==="start"||i<r?this.node.scrollTop=i:i>r+s&&(this.node.scrollTop=i-s)}#x(t){return t.target.closest("[data-id]")}#S(t){let n=this.#x(t),i=n?.dataset.id;if(!n||i===void 0)return;let o=t.target,s=o.closest("[data-act]");if(s)return this.#h.act(s.dataset.act,i,s);if(o instanceof HTMLInputElement)return this.#h.select(i,o.checked,t.shiftKey);if(o.closest(".select"))return this.#h.select(i,!this.#l.has(i),t.shiftKey);if(t.ctrlKey||t.metaKey||t.shiftKey)return;o.closest("a")&&t.preventDefault(),(Math.hypot(t.clientX-this.#p.x,t.clientY-this.#p.y)<5||t.detail===0)&&this.#h.open(i)}#b(t){let n=this.#x(t),i=n?.dataset.id;if(!n||i===void 0||t.altKey||t.ctrlKey||t.metaKey)return;let o=this.#i.get(i)??0,{perLine:s}=this.#o,r=s*Math.max(1,Math.floor(this.node.clientHeight/this.#o.lineHeight)-1),a=t.target===n,l={ArrowDown:o+s,ArrowUp:o-s,PageDown:o+r,PageUp:o-r,...a?{Home:0,End:this.#e.length-1}:{},...a&&s>1?{ArrowRight:o+1,ArrowLeft:o-1}:{}}[t.key];if(l!==void 0)t.preventDefault(),this.#M(Math.min(Math.max(l,0),this.#e.length-1));else if(t.key==="Enter"&&a)t.preventDefault(),this.#h.open(i);else if(t.key===" "&&a)t.preventDefault(),n.dataset.selected!==void 0&&this.#h.select(i,!this.#l.has(i),t.shiftKey);else if((t.key==="ContextMenu"||t.key==="F10"&&t.shiftKey)&&a){let h=n.querySelector("[data-act=menu]");if(!h)return;t.preventDefault(),this.#h.act("menu",i,h)}}#M(t){let n=this.#e[t];if(!n)return;this.#a=n.id,this.#f&&this.#v(t,"nearest"),this.#d(),this.element(n.id)?.focus({preventScroll:this.#f})}#w(t){let n=this.#x(t)?.dataset.id;n===void 0||n===this.#a||(this.#a=n,this.#d())}};function pe(e,t,n,i,o){for(let[s,r]of Object.entries({"--top":`${t}px`,"--height":`${o}px`,"--column":String(n),"--columns":String(i)}))e.style.getPropertyValue(s)!==r&&e.style.setProperty(s,r)}function ue(e,t,n){if(t.parentNode===e&&"moveBefore"in e){e.moveBefore(t,n);return}let i=t.isConnected?t.getRootNode().activeElement:null;e.insertBefore(t,n),i&&t.contains(i)&&i.focus({preventScroll:!0})}var S=4;function et(e,t,n){let i=t.getBoundingClientRect(),{width:o,height:s}=e.getBoundingClientRect(),r=n==="end"?i.right-o:i.left,a=i.bottom+S,l=a+s>innerHeight-S&&i.top-S-s>0?i.top-S-s:a;e.style.left=`${Math.max(S,Math.min(r,innerWidth-o-S))}px`,e.style.top=`${Math.max(S,Math.min(l,innerHeight-s-S))}px`}var B=class{#t=c("div","menu");#n=null;#e=()=>{};constructor(t){this.#t.popover="auto",this.#t.setAttribute("role","menu"),this.#t.addEventListener("keydown",n=>this.#o(n)),this.#t.addEventListener("toggle",n=>{n.newState==="closed"&&this.#i()}),t.append(this.#t)}get isOpen(){return this.#t.matches(":popover-open")}open(t,n,i){this.isOpen&&this.#t.hidePopover(),this.#n=t,this.#e=i,this.#t.replaceChildren(...n.map(o=>{let s=x(`menu-item${o.danger?" danger":""}${o.apart?" apart":""}`,o.label);return s.setAttribute("role","menuitem"),s.tabIndex=-1,s.addEventListener("click",()=>{this.#t.hidePopover(),this.#e(o.act)}),s})),t.setAttribute("aria-expanded","true"),this.#t.showPopover(),et(this.#t,t,"end"),this.#t.firstElementChild?.focus()}close(){this.isOpen&&this.#t.hidePopover()}#i(){let t=this.#t.getRootNode().activeElement;this.#n?.setAttribute("aria-expanded","false"),(!t||this.#t.contains(t))&&this.#n?.focus({preventScroll:!0}),this.#n=null}#o(t){let n=[...this.#t.children],i=n.indexOf(t.target),o={ArrowDown:i+1,ArrowUp:i-1,Home:0,End:n.length-1,Tab:-2}[t.key];o!==void 0&&(t.preventDefault(),t.stopPropagation(),o===-2?this.#t.hidePopover():n[(o+n.length)%n.length]?.focus())}};function At(e){history.pushState({},"",e),dispatchEvent(new PopStateEvent("popstate",{state:history.state}))}function W(e,t){return e.replace("{id}",encodeURIComponent(t))}var $=new Intl.Collator(void 0,{numeric:!0,sensitivity:"base"});function Ot(e,t,n,i=fe){let o=n?-1:1,s=e.map(r=>({row:r,key:t(r)}));return s.sort((r,a)=>{if(r.key===null||a.key===null){if(r.key!==a.key)return r.key===null?1:-1}else{let l=typeof r.key=="string"?$.compare(r.key,String(a.key)):r.key-a.key;if(l)return o*l}return i(r.row,a.row)}),s.map(({row:r})=>r)}function fe(e,t){return $.compare(e.name,t.name)||(e.id<t.id?-1:1)}function me(e,t){let n=new Map(e.map(a=>[a.id,a])),i=t.flatMap(a=>n.get(a)??[]);if(i.length===e.length)return i;let o=new Set(t),s=new Map,r=null;for(let a of e)o.has(a.id)?r=a.id:s.get(r)?.push(a)||s.set(r,[a]);return[...s.get(null)??[],...i.flatMap(a=>[a,...s.get(a.id)??[]])]}var F=class{ids=[];outdated=!1;#t="";arrange(t,n,i){let o=i&&n===this.#t,s=o?me(t,this.ids):t;return this.outdated=o&&s.some((r,a)=>r!==t[a]),this.#t=n,this.ids=s.map(r=>r.id),s}sort(t){let n=new Set(t);return[...this.ids.filter(o=>n.delete(o)),...n]}};var $t=new Set(["running","starting"]),ge=new Set(["stopped","failed","stopping"]);function Nt(e,{canEdit:t,pending:n}){let i={label:"Open",act:"open"},o={label:"Export",act:"export"};if(!t)return[i,o];let s=[...$t.has(e.state)?[]:[{label:"Start",act:"start"}],...ge.has(e.state)?[]:[{label:"Stop",act:"stop"}],...$t.has(e.state)?[{label:"Restart",act:"restart"}]:[]];return[i,...n?[]:s,{label:"Duplicate",act:"duplicate"},o,{label:"Set tags",act:"tags"},{label:"Delete",act:"delete",danger:!0,apart:!0}]}function Lt(e,t){let n={label:"Export",act:"export"};return t?[{label:"Start",act:"start"},{label:"Stop",act:"stop"},{label:"Restart",act:"restart"},{label:"Set tags",act:"tags"},n,{label:`Delete ${m(e)} rule${e===1?"":"s"}`,act:"delete",danger:!0}]:[n]}var xe=[{name:"offline",word:"Offline",rank:0,chip:4,path:"M2.5 1.5h7a1 1 0 0 1 1 1v7a1 1 0 0 1-1 1h-7a1 1 0 0 1-1-1v-7a1 1 0 0 1 1-1Z"},{name:"error",word:"Error",rank:1,chip:3,path:"M6 .4 11.6 6 6 11.6.4 6Z"},{name:"unauthorized",word:"Unauthorized",rank:2,chip:2,path:"M6 .9 11.7 11H.3Z"},{name:"checking",word:"Checking",rank:3,chip:1,path:"M6 .8a5.2 5.2 0 1 1 0 10.4A5.2 5.2 0 0 1 6 .8Zm0 1.6v7.2a3.6 3.6 0 0 0 0-7.2Z"},{name:"unknown",word:"Unknown",rank:4,chip:5,path:"M6 .8a5.2 5.2 0 1 1 0 10.4A5.2 5.2 0 0 1 6 .8Zm0 1.8a3.4 3.4 0 1 0 0 6.8 3.4 3.4 0 0 0 0-6.8Z"},{name:"online",word:"Online",rank:5,chip:0,path:"M6 .8a5.2 5.2 0 1 1 0 10.4A5.2 5.2 0 0 1 6 .8Z"}],be=Object.fromEntries(xe.map(e=>[e.name,e]));function Z(e=be){let t=O("path",{"fill-rule":"evenodd"}),n=O("svg",{viewBox:"0 0 12 12",class:"mark","aria-hidden":"true"});n.append(t);let i;return{node:n,set(o){o!==i&&(i=o,t.setAttribute("d",e[o].path),n.setAttribute("data-status",o))}}}var it="M6 .8a5.2 5.2 0 1 1 0 10.4A5.2 5.2 0 0 1 6 .8Z",nt=`${it}m0 1.6v7.2a3.6 3.6 0 0 0 0-7.2Z`,Tt=`${it}m0 1.8a3.4 3.4 0 1 0 0 6.8 3.4 3.4 0 0 0 0-6.8Z`,ve="M2.5 1.5h7a1 1 0 0 1 1 1v7a1 1 0 0 1-1 1h-7a1 1 0 0 1-1-1v-7a1 1 0 0 1 1-1Z",w={failed:{word:"Failed",note:"",path:"M6 .4 11.6 6 6 11.6.4 6Z"},exceptions:{word:"Running",note:"exceptions rising",path:"M6 .9 11.7 11H.3Z"},disconnected:{word:"Running",note:"disconnected",path:"M6 .9 11.7 11H.3ZM4.9 8.6h2.2l-1.1-3.2Z"},silent:{word:"Running",note:"no records",path:"M6 11.1.3 1h11.4Z"},running:{word:"Running",note:"",path:it},starting:{word:"Starting",note:"",path:nt},stopping:{word:"Stopping",note:"",path:nt},scheduled:{word:"Scheduled",note:"",path:`${Tt}m-.8 1h1.6v2.4l1.4 1-.9 1.2-2.1-1.5Z`},stopped:{word:"Stopped",note:"",path:ve},unknown:{word:"Unknown",note:"",path:Tt},pending:{word:"",note:"",path:nt}},T=["running","failed","stopped","scheduled","starting","stopping","unknown"],_=["failed","exceptions","disconnected","silent"],we={R:"running",A:"starting",P:"stopping",S:"stopped",W:"scheduled",F:"failed",U:"unknown"};function Ct(e){return we[String(e)]??"unknown"}var Rt=[{id:"id",label:"Rule",min:150,grow:1.6,drop:0,build:ye},{id:"state",label:"State",min:116,drop:0,build:ke},{id:"tags",label:"Tags",min:92,grow:.7,drop:8,used:e=>e.tags.length>0,build:()=>kt(),fact:e=>e.tags.join(", ")},{id:"in",label:"In",title:"Records in, a second",min:62,align:"end",drop:1,build:()=>k(e=>L(e.in),zt),fact:e=>e.in===null?"":`${L(e.in)} in`},{id:"out",label:"Out",title:"Records out, a second",min:62,align:"end",drop:3,build:()=>k(e=>L(e.out),zt),fact:e=>e.out===null?"":`${L(e.out)} out`},{id:"latency",label:"Latency",min:64,align:"end",drop:4,build:()=>k(e=>Q(e.latency)),fact:e=>e.latency===null?"":Q(e.latency)},{id:"exceptions",label:"Exceptions",min:80,align:"end",drop:2,build:Se,fact:e=>e.exceptions?`${m(e.exceptions)} exceptions`:""},{id:"error",label:"Last error",min:150,grow:2,drop:7,build:Me,used:e=>!!ot(e),fact:ot},{id:"cpu",label:"CPU",title:"Share of the CPU time that all rules of this server used lately",min:60,align:"end",drop:9,used:e=>e.cpu!==null,build:()=>k(e=>X(e.cpu)),fact:e=>e.cpu===null?"":`CPU ${X(e.cpu)}`},{id:"streams",label:"Streams",min:92,grow:.6,drop:10,used:e=>e.streams.length>0,build:()=>k(e=>e.streams.join(", ")||"–",e=>e.streams.join(", ")),fact:e=>e.streams.length?`from ${e.streams.join(", ")}`:""},{id:"version",label:"Version",min:64,drop:11,extra:!0,build:()=>k(e=>e.version||"–",e=>e.version),fact:e=>e.version?`version ${e.version}`:""},{id:"trace",label:"Trace",min:48,drop:12,extra:!0,build:()=>k(e=>e.trace?"on":"off"),fact:e=>e.trace?"traced":""}],st=Rt.filter(({id:e})=>e!=="id");function Ut(e,t){return Rt.filter(({id:n,extra:i,used:o})=>n==="id"?!0:e.length?e.includes(n):!i&&(!o||t.some(o)))}function Ht(e,t,n){return wt(e,n?0:t)}function zt(e){return e.over===null?"":`over ${U(e.over)}`}function ot(e){return e.error||e.concernText}function jt(e,t){if(!e.lastException)return"";let n=e.lastExceptionAt===null?"":`${bt(e.lastExceptionAt)}, ${xt(e.lastExceptionAt,t)}`;return[e.lastException,n].filter(Boolean).join(`
`)}function ye(){let e=c("a","name");e.tabIndex=-1;let t=c("span","sub");return{node:c("span","stack",e,t),set(n,i){f(e,n.id),p(e,"title",n.id),p(e,"href",W(i.link,n.id));let s=i.dropped.toSorted((a,l)=>+(l.id==="error")-+(a.id==="error")).map(a=>a.fact?.(n)??""),r=[n.name===n.id?"":n.name,...s].filter(Boolean).join(" · ");f(t,r),p(t,"title",r||null),u(t,r!=="")}}}function ke(){let e=Z(w),t=c("span"),n=c("span","status",e.node,t),i=c("span","sub"),o=c("span","stack",n,i);return{node:o,set(s,{pending:r}){let a=r.get(s.id),l=a===void 0?s.shown:"pending";e.set(l),f(t,a===void 0?w[l].word:`${a.replace(/…$/,"")}…`),p(n,"data-status",l),f(i,w[l].note),u(i,w[l].note!=="");let h=[s.words,s.words.includes(s.reason)?"":s.reason,s.concernText];p(o,"title",[...new Set(h)].filter(Boolean).join(`
`)||null)}}}function Se(){let e=c("span","figure");return{node:e,set(t,{now:n}){f(e,m(t.exceptions)),e.classList.toggle("failing",t.concern==="exceptions"),e.classList.toggle("none",!t.exceptions),p(e,"title",jt(t,n)||null)}}}function Me(){let e=c("span","error-text");return{node:e,set(t,{now:n}){f(e,ot(t));let i=[t.concernText,t.state==="failed"?t.reason:"",jt(t,n)];p(e,"title",[...new Set(i)].filter(Boolean).join(`
`)||null)}}}function It(e){let t=e.map(s=>({column:s,cell:s.build()})),n=I(),i=c("div","line",K("select",n));for(let{column:s,cell:r}of t){let a=K(s.align??"",r.node);a.dataset.column=s.id,i.append(a)}i.append(K("actions",c("span","buttons",St())));let o=c("div","row",i);return o.role="row",{node:o,set(s,r,a){for(let{cell:g}of t)g.set(s,r);let l=r.pending.get(s.id),{word:h,note:d}=w[s.shown],b=l??[h.toLowerCase(),d].filter(Boolean).join(", ");Mt(o,n,{id:s.id,name:s.id,status:l===void 0?s.shown:"pending",spoken:b},a),p(o,"aria-busy",l===void 0?null:"true"),p(o,"aria-rowindex",String(a.index+2))}}}var V=class{ids=new Set;#t="";get size(){return this.ids.size}replace(t){this.ids=new Set(t)}keep(t){this.ids=new Set([...this.ids].filter(n=>t.has(n)))}check(t,n,i,o){let s=i&&this.#t?o(this.#t,t):[t];for(let r of s)n?this.ids.add(r):this.ids.delete(r);this.#t=t}};var Ee=["id","name","letter","words","reason","tags","version","trace","streams","in","out","over","latency","exceptions","lastException","lastExceptionAt","cpu","concern","concernText"];function Ae(e){let t=Object.fromEntries(Ee.map((l,h)=>[l,e[h]??null])),{letter:n,...i}=t,o=Ct(n),s=_.includes(i.concern),r=s?_.indexOf(i.concern):o==="failed"?0:_.length,a=o==="failed"&&i.reason||i.lastException;return{...i,name:i.name||i.id,state:o,shown:o==="running"&&s&&r>0?i.concern:o,trace:!!i.trace,rank:r,error:a,text:[i.id,i.name,...i.tags,a,i.concernText].join(`
`).toLowerCase()}}var z=class{selection=new V;rows=new Map;inOrder=[];#t=null;#n=0;#e="";take(t){if(t===this.#e)return!0;let{epoch:n,base:i,serial:o,rows:s,gone:r}=JSON.parse(t),a=n===this.#t;if(i!==null&&(!a||this.#n<i))return!1;if(this.#e=t,a&&o<=this.#n)return!0;let l=new Map(i===null?[]:this.rows);for(let d of r)l.delete(d);for(let d of s){let b=Ae(d);l.set(b.id,b)}let h=this.inOrder.length===l.size&&this.inOrder.every(({id:d})=>l.has(d));return this.inOrder=h?this.inOrder.map(({id:d})=>l.get(d)):[...l.values()].sort((d,b)=>$.compare(d.id,b.id)||(d.id<b.id?-1:1)),this.rows=l,this.#t=n,this.#n=o,!0}},Oe=4,C=new Map;function Kt(e){let t=C.get(e)??new z;C.delete(e),C.set(e,t);for(let n of[...C.keys()].slice(0,-Oe))C.delete(n);return t}var G=class{node=c("div","bulk");#t=c("span","bulk-count");#n=c("span","bulk-note");#e=c("span","bulk-buttons");#i="";constructor(t,n){let i=x("link","Clear selection");i.addEventListener("click",n.unselect),this.node.append(this.#t,this.#n,this.#e,i),this.node.setAttribute("role","group"),this.node.setAttribute("aria-label",t),this.#e.addEventListener("click",o=>{let s=o.target.closest("button")?.dataset.act;s&&n.act(s)})}set(t,n,i=""){u(this.node,t>0),f(this.#t,`${m(t)} selected`),f(this.#n,i),u(this.#n,i!=="");let o=JSON.stringify(n);o!==this.#i&&(this.#i=o,this.#e.replaceChildren(...n.map(({label:s,act:r,danger:a})=>{let l=x(`control${a?" danger":""}`,s);return l.dataset.act=r,l})))}};var $e=12,N=class{button=c("button","control");#t=c("div","panel");#n=c("div","panel-list");#e=c("input","panel-find");#i;#o;#s=new Map;#l="";constructor(t,n,i,...o){this.#i=n,this.#o=i,this.button.type="button",this.#t.popover="auto",this.#t.setAttribute("role","group"),this.#t.setAttribute("aria-label",n),this.#e.type="search",this.#e.placeholder=`Find in ${n.toLowerCase()}`,this.#e.setAttribute("aria-label",this.#e.placeholder),this.#e.addEventListener("input",()=>this.#r()),this.#t.append(this.#e,this.#n,...o),t.append(this.#t),this.button.popoverTargetElement=this.#t,this.#t.addEventListener("toggle",()=>{this.#t.matches(":popover-open")&&et(this.#t,this.button,"start")})}set(t,n,i=!0){let o=new Map(t);for(let r of n)o.has(r)||o.set(r,{note:0});u(this.button,o.size>0);let s=i&&n.length?`${this.#i}: ${n.join(", ")}`:this.#i;this.#l!==s&&(this.#l=s,this.button.replaceChildren(c("span","control-text",s),v("down"))),this.button.classList.toggle("is-on",i&&n.length>0),[...o.keys()].join(`
`)!==[...this.#s.keys()].join(`
`)&&(this.#s=new Map([...o].map(([r,a])=>[r,this.#a(r,a.label)])),this.#n.replaceChildren(...[...this.#s.values()].map(({node:r})=>r)),u(this.#e,o.size>$e),this.#r());for(let[r,a]of this.#s){a.input.checked=n.includes(r);let l=o.get(r)?.note??0;f(a.note,typeof l=="number"?m(l):l)}}#r(){let t=this.#e.hidden?"":this.#e.value.trim().toLowerCase();for(let[n,{node:i}]of this.#s)u(i,n.toLowerCase().includes(t))}#a(t,n=t){let i=c("input","check");i.type="checkbox",i.addEventListener("change",()=>this.#o(t));let o=c("span","chip-count");return{node:c("label","panel-row",i,c("span","panel-text",n),o),input:i,note:o}}};function Dt(e,{placeholder:t,label:n}){e.type="search",e.placeholder=t,e.setAttribute("aria-label",n),e.setAttribute("aria-keyshortcuts","/"),e.spellcheck=!1;let i=c("kbd","","/");return i.setAttribute("aria-hidden","true"),c("label","search",v("search"),e,i)}function Pt(e,t,n){document.addEventListener("keydown",i=>{i.key!=="/"||i.ctrlKey||i.metaKey||i.altKey||dt(i)||document.querySelector("[role=dialog]")||!e.isConnected||(i.preventDefault(),e.focus(),e.select())},{signal:t}),e.addEventListener("keydown",i=>{i.key!=="Escape"||!e.value||(i.preventDefault(),n())})}var M={attention:{label:"Needs attention",value:e=>e.rank,steady:!0,down:!1},id:{label:"Id",value:e=>e.id,steady:!0,down:!1},state:{label:"State",value:e=>T.indexOf(e.state),steady:!0,down:!1},tags:{label:"Tags",value:e=>e.tags.join(", ")||null,steady:!0,down:!1},in:{label:"In",value:e=>e.in,steady:!1,down:!0},out:{label:"Out",value:e=>e.out,steady:!1,down:!0},latency:{label:"Latency",value:e=>e.latency,steady:!1,down:!0},exceptions:{label:"Exceptions",value:e=>e.exceptions,steady:!1,down:!0},error:{label:"Last error",value:e=>e.error||e.concernText||null,steady:!1,down:!1},cpu:{label:"CPU",value:e=>e.cpu,steady:!1,down:!0},streams:{label:"Streams",value:e=>e.streams.join(", ")||null,steady:!0,down:!1},version:{label:"Version",value:e=>e.version||null,steady:!0,down:!1},trace:{label:"Trace",value:e=>Number(e.trace),steady:!0,down:!0}};function Wt(e){return e.text.toLowerCase().split(/\s+/).filter(Boolean)}function Ft(e){return e.concern!==null||e.state==="failed"}function rt(e,t,n,i){return(n==="states"||(!t.states.length||t.states.includes(e.state))&&(!t.onlyAttention||Ft(e)))&&t.tags.every(o=>e.tags.includes(o))&&(!t.streams.length||t.streams.some(o=>e.streams.includes(o)))&&i.every(o=>e.text.includes(o))}function Zt(e,t){let n=Wt(t);return e.filter(i=>rt(i,t,null,n))}function _t(e){return!!(e.text.trim()||e.states.length||e.tags.length||e.streams.length||e.onlyAttention)}var Y={text:"",states:[],tags:[],streams:[],onlyAttention:!1};function Vt(e,t){let n=Wt(t),i=new Map(T.map(l=>[l,0])),o=new Map,s=new Map,r=0,a=0;for(let l of e){rt(l,t,"states",n)&&(r+=1,i.set(l.state,(i.get(l.state)??0)+1),Ft(l)&&(a+=1));let h=rt(l,t,null,n)?1:0;for(let d of l.tags)o.set(d,(o.get(d)??0)+h);for(let d of l.streams)s.set(d,(s.get(d)??0)+h)}return{all:r,attention:a,states:i,tags:Bt(o),streams:Bt(s)}}function Bt(e){return new Map([...e].sort(([t],[n])=>$.compare(t,n)))}function Gt(e,t){let{value:n}=M[t.sort]??M.attention;return Ot(e,n,t.descending,()=>0)}var Ne=new Set(["scheduled","starting","stopping","unknown"]),J=class{node=c("div","toolbar");search=c("input","search-input");#t;#n=x("chip","");#e=Yt("exceptions","Needs attention");#i=new Map;#o;#s;#l;#r=c("select","control select-control");#a=x("icon-button boxed","Direction",v("ascending"));#g="ascending";#p=c("span","summary");#h=x("link","Clear filters");#c=x("link","Sort again");#f=c("div","filters");#u;#m;constructor(t,n){this.#t=n.change,this.#o=new N(t,"Tags",o=>this.#d("tags",o)),this.#s=new N(t,"Streams",o=>this.#d("streams",o));let i=x("link panel-foot","Usual columns");i.addEventListener("click",()=>this.#t({columns:[]})),this.#l=new N(t,"Columns",o=>this.#v(o),i),this.#u=new G("Selected rules",{act:n.bulk,unselect:n.unselect}),this.#y(n)}#y(t){let n=Dt(this.search,{placeholder:"Search id, name, tag, error",label:"Search rules"});this.search.addEventListener("input",()=>t.change({text:this.search.value},!0));for(let[r,{label:a}]of Object.entries(M))this.#r.append(new Option(`Sort: ${a}`,r));this.#r.setAttribute("aria-label","Sort by"),this.#r.addEventListener("change",()=>{t.change({sort:this.#r.value,descending:M[this.#r.value]?.down??!1})}),this.#a.addEventListener("click",()=>{t.change({descending:this.#a.getAttribute("aria-pressed")!=="true"})}),this.#e.node.classList.add("spoken");let i=c("span","order",this.#r,this.#a),o=c("span","controls",this.#o.button,this.#s.button,i,this.#l.button);this.#n.addEventListener("click",()=>t.change({states:[],onlyAttention:!1})),this.#e.node.addEventListener("click",()=>{t.change({onlyAttention:!this.#m?.view.onlyAttention})});let s=c("div","chips",this.#n,this.#e.node);s.setAttribute("role","group"),s.setAttribute("aria-label","State");for(let r of T){let a=Yt(r,w[r].word);a.node.addEventListener("click",()=>this.#d("states",r)),s.append(a.node),this.#i.set(r,a)}this.#h.addEventListener("click",()=>t.change(Y)),this.#c.addEventListener("click",t.resort),this.#c.title="The figures moved on since the order was made",this.#p.setAttribute("role","status"),this.#f.append(s,c("span","note",this.#c,this.#h,this.#p)),this.node.append(c("div","top",n,o),this.#f,this.#u.node)}#d(t,n){let i=this.#m?.view[t]??[];this.#t({[t]:i.includes(n)?i.filter(o=>o!==n):[...i,n]})}#v(t){let n=new Set(this.#m?.columns);n.delete(t)||n.add(t);let i=st.map(o=>o.id).filter(o=>n.has(o));this.#t({columns:i.length?i:["state"]})}set(t){let{view:n,counts:i}=t;this.#m=t,this.search.value!==n.text&&(this.search.value=n.text),f(this.#n,`All ${m(i.all)}`),R(this.#n,!n.states.length&&!n.onlyAttention),Jt(this.#e,i.attention,n.onlyAttention);for(let[a,l]of this.#i){let h=i.states.get(a)??0,d=n.states.includes(a);Jt(l,h,d),u(l.node,h>0||d||!Ne.has(a))}this.#o.set(qt(i.tags),n.tags),this.#s.set(qt(i.streams),n.streams);let o=a=>t.noRoom.has(a)?"no room":"";this.#l.set(new Map(st.map(({id:a,label:l})=>[a,{label:l,note:o(a)}])),t.columns,!1),this.#x(n);let r=`${t.filtered?`${m(t.matching)} of `:""}${m(t.total)} rule${t.total===1?"":"s"}`;f(this.#p,t.renewing?`${r}, ${t.renewing}`:r),u(this.#h,t.filtered),u(this.#c,t.outdated),u(this.#f,t.selected===0),this.#u.set(t.selected,t.bulk,t.hidden?`${m(t.hidden)} of them not shown`:"")}#x(t){this.#r.value!==t.sort&&(this.#r.value=t.sort);let n=t.descending?"descending":"ascending";R(this.#a,t.descending),this.#g!==n&&(this.#g=n,this.#a.replaceChildren(v(n))),p(this.#a,"title",n==="ascending"?"Smallest first":"Largest first")}};function Yt(e,t){let n=Z(w);n.set(e);let i=c("span","chip-count"),o=c("button","chip",n.node,c("span","chip-word",t),i);return o.type="button",o.dataset.status=e,o.title=t,{node:o,number:i,word:t}}function Jt({node:e,number:t,word:n},i,o){f(t,m(i)),R(e,o),e.classList.toggle("zero",i===0),p(e,"aria-label",`${n}, ${i}`)}function qt(e){return new Map([...e].map(([t,n])=>[t,{note:n}]))}var Xt=`:host {
  --surface: var(--st-background-color, #fff);
  --raised: var(--st-secondary-background-color, #f4f6f9);
  --text: var(--st-text-color, #111827);
  --muted: color-mix(in srgb, var(--text) 68%, var(--surface));
  --faint: color-mix(in srgb, var(--text) 22%, var(--surface));
  --line: color-mix(in srgb, var(--text) 11%, var(--surface));
  --edge: color-mix(in srgb, var(--text) 20%, var(--surface));
  --hover: color-mix(in srgb, var(--text) 4.5%, var(--surface));
  --accent: var(--st-primary-color, #2f54c8);
  --online: var(--st-green-color, #16a34a);
  --offline: var(--st-red-color, #d92d20);
  --unauthorized: var(--st-orange-color, #d97706);
  --error: var(--st-violet-color, #7c3aed);
  --checking: var(--st-blue-color, #2563eb);
  --unknown: var(--st-gray-color, #7b8494);
  --online-text: var(--st-green-text-color, #15803d);
  --offline-text: var(--st-red-text-color, #b42318);
  --unauthorized-text: var(--st-orange-text-color, #9a4f05);
  --error-text: var(--st-violet-text-color, #6d28d9);
  --checking-text: var(--st-blue-text-color, #1d4ed8);
  --unknown-text: var(--st-gray-text-color, #5b6472);
  --radius: var(--st-base-radius, 8px);
  --small: 0.8125rem;
  --tiny: 0.75rem;
  color: var(--text);
  font-family: var(--st-font, sans-serif);
  font-size: 0.875rem;
  line-height: 1.35;
  font-variant-numeric: tabular-nums;
}

:host([data-theme="dark"]) {
  color-scheme: dark;
}

:host([data-theme="light"]) {
  color-scheme: light;
}

*,
*::before,
*::after {
  box-sizing: border-box;
}

[hidden] {
  display: none !important;
}

button,
input,
select {
  font: inherit;
  color: inherit;
  letter-spacing: inherit;
}

button {
  cursor: pointer;
  background: none;
  border: 0;
  padding: 0;
}

:focus-visible {
  outline: 2px solid var(--accent);
  outline-offset: 1px;
}

.icon {
  width: 16px;
  height: 16px;
  flex: none;
  fill: none;
  stroke: currentColor;
  stroke-width: 1.5;
  stroke-linecap: round;
  stroke-linejoin: round;
}

.icon-more {
  stroke-width: 2.4;
}

.mark {
  width: 10px;
  height: 10px;
  flex: none;
}

[data-status="online"] {
  --tone: var(--online);
  --tone-text: var(--online-text);
}
[data-status="offline"] {
  --tone: var(--offline);
  --tone-text: var(--offline-text);
}
[data-status="unauthorized"] {
  --tone: var(--unauthorized);
  --tone-text: var(--unauthorized-text);
}
[data-status="error"] {
  --tone: var(--error);
  --tone-text: var(--error-text);
}
[data-status="checking"] {
  --tone: var(--checking);
  --tone-text: var(--checking-text);
}
[data-status="unknown"] {
  --tone: var(--unknown);
  --tone-text: var(--unknown-text);
}

.mark {
  fill: var(--tone);
}

.check {
  width: 16px;
  height: 16px;
  margin: 0;
  accent-color: var(--accent);
  cursor: pointer;
}

.menu,
.panel,
.tip {
  position: fixed;
  inset: auto;
  margin: 0;
  color: var(--text);
  background: var(--surface);
  border: 1px solid var(--edge);
  border-radius: var(--radius);
  box-shadow: 0 8px 28px rgb(8 15 30 / 0.16), 0 1px 3px rgb(8 15 30 / 0.1);
  font-size: 0.875rem;
}

.menu {
  padding: 4px;
  min-width: 168px;
}

.menu:popover-open {
  display: grid;
}

.menu-item {
  text-align: left;
  padding: 6px 10px;
  border-radius: calc(var(--radius) - 3px);
}

.menu-item:hover,
.menu-item:focus-visible {
  background: var(--raised);
  outline: none;
}

.menu-item:focus-visible {
  box-shadow: inset 0 0 0 2px var(--accent);
}

.menu-item.apart {
  margin-top: 9px;
  position: relative;
}

.menu-item.apart::before {
  content: "";
  position: absolute;
  inset: -5px 2px auto;
  border-top: 1px solid var(--line);
}

.danger {
  color: var(--offline-text);
}

.panel {
  padding: 6px;
  min-width: 180px;
  max-width: min(320px, 90vw);
  max-height: min(340px, 70vh);
  overflow: auto;
}

.panel-row {
  display: flex;
  align-items: center;
  gap: 10px;
  padding: 5px 8px;
  border-radius: calc(var(--radius) - 3px);
  cursor: pointer;
}

.panel-row:hover {
  background: var(--raised);
}

.panel-text {
  flex: 1;
  overflow: hidden;
  text-overflow: ellipsis;
  white-space: nowrap;
}

.panel-find {
  width: 100%;
  height: 30px;
  margin-bottom: 4px;
  padding: 0 8px;
  border: 1px solid var(--edge);
  border-radius: calc(var(--radius) - 3px);
  background: var(--surface);
}

.panel-foot {
  display: block;
  margin: 4px 8px;
}

.tip {
  pointer-events: none;
  padding: 6px 10px;
  font-size: var(--small);
  white-space: nowrap;
}

.tip-status {
  display: flex;
  align-items: center;
  gap: 6px;
}

.tip-status b {
  margin-left: auto;
  padding-left: 12px;
  font-weight: 600;
}

.tip-time {
  color: var(--muted);
  font-size: var(--tiny);
}

@media (prefers-reduced-motion: no-preference) {
  .chip,
  .control,
  .icon-button,
  .row,
  .card {
    transition: background-color 0.12s, border-color 0.12s, color 0.12s;
  }
}
`;var Qt=`.scroller {
  overflow-anchor: none;
  border: 1px solid var(--line);
  border-radius: var(--radius);
  overflow: clip;
}

.scroller.bounded {
  overflow: hidden auto;
  max-height: clamp(360px, calc(100vh - 210px), 900px);
  overscroll-behavior: auto;
  scrollbar-width: thin;
  scrollbar-color: var(--faint) transparent;
  contain: content;
}

.canvas {
  position: relative;
}

.head {
  position: sticky;
  top: 0;
  z-index: 2;
  background: var(--surface);
  border-bottom: 1px solid var(--line);
  font-size: var(--tiny);
  color: var(--muted);
}

.line {
  display: grid;
  grid-template-columns: var(--tracks);
  column-gap: 14px;
  align-items: center;
  padding: 0 12px;
  min-width: 0;
}

.head .line {
  height: 34px;
}

.row .line {
  min-height: 35px;
}

.sort {
  display: inline-flex;
  align-items: center;
  gap: 3px;
  height: 24px;
  border-radius: 4px;
  white-space: nowrap;
}

.sort:hover,
[aria-sort] .sort {
  color: var(--text);
}

[aria-sort] .sort {
  font-weight: 600;
}

.sort .icon {
  width: 11px;
  height: 11px;
  visibility: hidden;
  margin-right: -14px;
}

.end .sort {
  flex-direction: row-reverse;
}

.end .sort .icon {
  margin: 0 0 0 -14px;
}

[aria-sort] .sort .icon {
  visibility: visible;
}

[aria-sort="descending"] .sort .icon {
  transform: rotate(180deg);
}

.row,
.card {
  position: absolute;
  top: 0;
  left: 0;
  width: 100%;
  height: var(--height);
  transform: translateY(var(--top));
  cursor: pointer;
  contain: layout style;
}

.row {
  border-bottom: 1px solid var(--line);
  display: flex;
  flex-direction: column;
  justify-content: center;
  background: var(--surface);
}

.row:hover {
  background: var(--hover);
}

.row:focus-visible,
.card:focus-visible {
  outline-offset: -2px;
}

.row[aria-current]::before {
  content: "";
  position: absolute;
  inset: 0 auto 0 0;
  width: 3px;
  background: var(--accent);
}

.row[data-selected="true"],
.card[data-selected="true"] {
  background: color-mix(in srgb, var(--accent) 7%, var(--surface));
}

.cell {
  grid-row: 1;
  min-width: 0;
  overflow: hidden;
}

.end + .cell:not(.end) {
  padding-left: 10px;
}

.row .cell[data-column="beats"] {
  overflow: visible;
}

.end {
  text-align: right;
}

.row .end {
  display: grid;
  justify-items: end;
}

.select {
  display: grid;
  place-items: center;
  align-self: stretch;
  overflow: visible;
}

.actions {
  grid-column: -2 / -1;
  overflow: visible;
}

.buttons {
  display: flex;
  gap: 2px;
  justify-content: flex-end;
}

.stack {
  display: grid;
  gap: 1px;
  min-width: 0;
}

.title {
  display: flex;
  align-items: center;
  gap: 6px;
  min-width: 0;
}

.name {
  color: inherit;
  text-decoration: none;
  font-weight: 600;
  overflow: hidden;
  text-overflow: ellipsis;
  white-space: nowrap;
}

.row:hover .name,
.card:hover .name {
  text-decoration: underline;
  text-decoration-color: var(--faint);
  text-underline-offset: 3px;
}

.star {
  width: 13px;
  height: 13px;
  flex: none;
  fill: var(--unauthorized);
}

.store {
  display: inline-flex;
  color: var(--muted);
}

.store .icon {
  width: 13px;
  height: 13px;
}

.badge,
.tag {
  flex: none;
  font-size: 0.6875rem;
  line-height: 16px;
  padding: 0 6px;
  border-radius: 8px;
  background: var(--raised);
  color: var(--muted);
  white-space: nowrap;
}

.sub {
  color: var(--muted);
  font-size: var(--tiny);
  overflow: hidden;
  text-overflow: ellipsis;
  white-space: nowrap;
}

.status {
  display: inline-flex;
  align-items: center;
  gap: 7px;
  color: var(--tone-text);
  white-space: nowrap;
}

.figure {
  white-space: nowrap;
  overflow: hidden;
  text-overflow: ellipsis;
}

.none {
  color: var(--muted);
}

.metered {
  display: grid;
  justify-items: end;
  gap: 3px;
  width: 100%;
}

.meter {
  display: block;
  width: 100%;
  max-width: 56px;
  height: 3px;
  border-radius: 2px;
  background: var(--line);
  overflow: hidden;
}

.meter[data-level="none"] {
  visibility: hidden;
}

.fill {
  display: block;
  height: 100%;
  border-radius: 2px;
  background: var(--muted);
}

.meter[data-level="raised"] .fill {
  background: var(--unauthorized);
}

.meter[data-level="high"] .fill {
  background: var(--offline);
}

.rules {
  display: grid;
  justify-items: end;
  line-height: 1.25;
}

.compact .rules {
  display: flex;
  flex-direction: row-reverse;
  align-items: baseline;
  justify-content: flex-start;
  gap: 8px;
}

.failing {
  color: var(--offline-text);
  font-size: var(--tiny);
  white-space: nowrap;
}

.tags {
  display: flex;
  gap: 4px;
  overflow: hidden;
  mask-image: linear-gradient(to right, #000 calc(100% - 14px), transparent);
}

.why {
  display: none;
  color: var(--muted);
  font-size: var(--small);
  line-height: 1.3;
}

.unwell .yields {
  display: none;
}

.unwell .why {
  display: -webkit-box;
  -webkit-box-orient: vertical;
  -webkit-line-clamp: 2;
}

.compact .unwell .why {
  -webkit-line-clamp: 1;
}

.more {
  display: flex;
  align-items: center;
  gap: 2px 14px;
  padding: 2px 12px 0;
  color: var(--muted);
  font-size: var(--tiny);
  min-width: 0;
}

.fleet[data-mode="connections"] .more {
  padding-left: 46px;
}

.facts {
  overflow: hidden;
  text-overflow: ellipsis;
  white-space: nowrap;
  max-width: 100%;
}

.more .beats {
  width: 150px;
  flex: none;
}

/* Heartbeats */

.beats {
  height: 20px;
  width: 150px;
  cursor: default;
  border-radius: 3px;
}

.beats svg {
  display: block;
  width: 100%;
  height: 100%;
  overflow: visible;
}

.beats path {
  fill: var(--tone, var(--line));
}

.beats path[data-status="none"] {
  fill: var(--faint);
}

.beats .cursor {
  fill: var(--text);
  opacity: 0;
}

.beats.has-cursor .cursor {
  opacity: 0.14;
}

.compact .row .beats {
  height: 16px;
}
`;var te=`/* Less room: after the others, which it changes. */

.slim .chip-word {
  position: absolute;
  width: 1px;
  height: 1px;
  overflow: hidden;
  clip-path: inset(50%);
}

.slim kbd {
  display: none;
}

.narrow .top {
  display: grid;
}

.narrow .search {
  max-width: none;
}

.narrow .controls {
  margin: 0;
}

.narrow .order {
  flex: 1;
}

.narrow .order .select-control {
  flex: 1;
}

.narrow .more {
  flex-direction: column;
  align-items: flex-start;
}

.narrow .facts {
  white-space: normal;
  display: -webkit-box;
  -webkit-box-orient: vertical;
  -webkit-line-clamp: 2;
}

.narrow .row [data-act="edit"] {
  display: none;
}
`;var ee=`/* What a table of rules has besides: after the others. */

[data-status="running"] {
  --tone: var(--online);
  --tone-text: var(--online-text);
}
[data-status="failed"] {
  --tone: var(--offline);
  --tone-text: var(--offline-text);
}
[data-status="exceptions"],
[data-status="disconnected"],
[data-status="silent"] {
  --tone: var(--unauthorized);
  --tone-text: var(--unauthorized-text);
}
[data-status="starting"],
[data-status="stopping"],
[data-status="pending"],
[data-status="scheduled"] {
  --tone: var(--checking);
  --tone-text: var(--checking-text);
}
[data-status="stopped"] {
  --tone: var(--unknown);
  --tone-text: var(--unknown-text);
}

.rules-table .status + .sub {
  padding-left: 17px;
}

.slim .chip.spoken .chip-word {
  position: static;
  width: auto;
  height: auto;
  clip-path: none;
}

.rules-table .cell > .figure {
  display: block;
}

.rules-table .failing {
  font-size: inherit;
}

.error-text {
  color: var(--muted);
  font-size: var(--small);
  line-height: 1.25;
  display: -webkit-box;
  -webkit-box-orient: vertical;
  -webkit-line-clamp: 2;
  overflow: hidden;
  overflow-wrap: anywhere;
}

.bulk-note {
  color: var(--muted);
  font-size: var(--small);
}
`;var ne=`.fleet {
  display: block;
  min-width: 0;
}

.toolbar {
  display: grid;
  gap: 10px;
  margin-bottom: 10px;
}

.top {
  display: flex;
  flex-wrap: wrap;
  gap: 8px;
}

.search {
  flex: 1 1 220px;
  max-width: 420px;
  min-width: 0;
  display: flex;
  align-items: center;
  gap: 8px;
  height: 36px;
  padding: 0 10px;
  border: 1px solid var(--edge);
  border-radius: var(--radius);
  background: var(--surface);
  color: var(--muted);
}

.search:focus-within {
  border-color: var(--accent);
  box-shadow: 0 0 0 1px var(--accent);
}

.search-input {
  flex: 1;
  min-width: 0;
  border: 0;
  outline: 0;
  background: none;
  color: var(--text);
  padding: 0;
}

.search-input::placeholder {
  color: var(--muted);
  opacity: 1;
}

.search-input::-webkit-search-cancel-button {
  filter: grayscale(1);
}

kbd {
  font: inherit;
  font-size: 0.6875rem;
  line-height: 16px;
  padding: 0 5px;
  border: 1px solid var(--line);
  border-radius: 4px;
}

.search:focus-within kbd {
  visibility: hidden;
}

.controls {
  display: flex;
  gap: 8px;
  margin-left: auto;
  min-width: 0;
}

.order {
  display: flex;
  gap: 4px;
  min-width: 0;
}

.control {
  display: inline-flex;
  align-items: center;
  gap: 6px;
  height: 36px;
  padding: 0 12px;
  border: 1px solid var(--edge);
  border-radius: var(--radius);
  background: var(--surface);
  min-width: 0;
}

.control:hover,
.icon-button:hover {
  background: var(--raised);
}

.control.is-on {
  border-color: var(--accent);
}

.control.danger {
  border-color: color-mix(in srgb, var(--offline) 45%, var(--surface));
}

.control-text {
  overflow: hidden;
  text-overflow: ellipsis;
  white-space: nowrap;
  max-width: 180px;
}

.control .icon {
  width: 12px;
  height: 12px;
}

.select-control {
  padding: 0 8px;
  cursor: pointer;
}

.select-control option {
  background: var(--surface);
}

.icon-button {
  display: inline-grid;
  place-items: center;
  width: 28px;
  height: 28px;
  border-radius: calc(var(--radius) - 2px);
  color: var(--muted);
}

.icon-button:hover {
  color: var(--text);
}

.icon-button.boxed {
  width: 36px;
  height: 36px;
  border: 1px solid var(--edge);
  border-radius: var(--radius);
}

.icon-button[aria-pressed="true"],
.icon-button[aria-expanded="true"] {
  background: var(--raised);
  color: var(--text);
}

.order .icon-button[aria-pressed] {
  background: none;
}

.segments {
  display: inline-flex;
  border: 1px solid var(--edge);
  border-radius: var(--radius);
  padding: 3px;
  gap: 2px;
  height: 36px;
}

.filters,
.bulk {
  display: flex;
  flex-wrap: wrap;
  align-items: center;
  gap: 8px 16px;
  min-height: 30px;
}

.chips {
  display: flex;
  flex-wrap: wrap;
  gap: 6px;
}

.chip {
  display: inline-flex;
  align-items: center;
  gap: 6px;
  height: 28px;
  padding: 0 10px;
  border: 1px solid var(--line);
  border-radius: 14px;
  font-size: var(--small);
  white-space: nowrap;
}

.chip:hover {
  background: var(--raised);
}

.chip[aria-pressed="true"] {
  border-color: var(--accent);
  background: color-mix(in srgb, var(--accent) 10%, var(--surface));
}

.chip .icon {
  width: 13px;
  height: 13px;
}

.chip-count {
  color: var(--muted);
}

.chip.zero .mark {
  opacity: 0.45;
}

.chip.zero .chip-word {
  color: var(--muted);
}

.note {
  display: flex;
  gap: 14px;
  margin-left: auto;
  color: var(--muted);
  font-size: var(--small);
  white-space: nowrap;
}

.link {
  color: var(--st-link-color, var(--accent));
  font-size: var(--small);
  border-radius: 3px;
}

.link:hover {
  text-decoration: underline;
}

.bulk {
  padding: 0 0 0 12px;
  border-left: 3px solid var(--accent);
}

.bulk-count {
  font-weight: 600;
}

.bulk-buttons {
  display: flex;
  flex-wrap: wrap;
  gap: 8px;
}

.bulk .control {
  height: 30px;
  font-size: var(--small);
}

.empty {
  display: grid;
  justify-items: center;
  gap: 12px;
  padding: 40px 16px;
  border: 1px dashed var(--edge);
  border-radius: var(--radius);
  color: var(--muted);
  text-align: center;
}

.empty p {
  margin: 0;
}
`;var q=class{#t=[];#n="";#e;#i;constructor(t){this.#i=t}take(t){let n=JSON.parse(t),i=JSON.stringify(n);if(i===this.#n)return null;this.#n=i;let o=this.#t.indexOf(i);return o!==-1?(this.#t.splice(0,o+1),null):this.#e===void 0?n:null}soon(t){clearTimeout(this.#e),this.#e=setTimeout(()=>{this.#e=void 0,this.#t=[...this.#t.slice(-20),JSON.stringify(this.#i())]},t)}stop(){clearTimeout(this.#e)}};var Ue=400,He=5e3,ie=520,je=12,Ie=46,oe=28,lt=class{#t;#n=c("section","fleet rules-table");#e;#i;#o;#s;#l=c("div","empty");#r=new z;#a="";#g=!1;#p=[];#h=new Map;#c;#f=new q(()=>this.#C());#u=new F;#m="";#y=0;#d=0;#v="";#x=0;#S=Number.NEGATIVE_INFINITY;#b={shown:[],dropped:[]};#M=new AbortController;constructor(t){let n=t.parentElement,i=new Set(n.children);this.#t=t,this.#c=JSON.parse(t.data.view),ct(n,Xt,ne,Qt,te,ee),n.append(this.#n),this.#e=new B(n),this.#i=new J(n,{change:(a,l)=>this.#E(a,l),resort:()=>this.#k({resort:!0}),bulk:a=>this.#O(a,this.#u.sort(this.#w.ids)),unselect:()=>this.#N([])}),this.#o=new D(M,{sort:(a,l)=>this.#E({sort:a,descending:l}),all:a=>this.#N(a?this.#u.ids:[])}),this.#s=new P("Rules",this.#o.node,{open:a=>this.#L(a),act:(a,l,h)=>this.#I(l,h),select:(a,l,h)=>{this.#w.check(a,l,h,(d,b)=>this.#s.between(d,b)),this.#k()}}),this.#n.append(this.#i.node,this.#s.node,this.#l);let o=[...n.children].filter(a=>!i.has(a)),{signal:s}=this.#M;s.addEventListener("abort",()=>o.forEach(a=>a.remove())),Pt(this.#i.search,s,()=>this.#E({text:""}));let r=new ResizeObserver(()=>this.#R());r.observe(this.#n),s.addEventListener("abort",()=>r.disconnect())}get#w(){return this.#r.selection}destroy(){this.#M.abort(),this.#f.stop()}update(t){this.#t=t;let{data:n}=t;this.#y=n.now-performance.now()/1e3,n.server!==this.#a&&(this.#a=n.server,this.#r=Kt(n.server),this.#e.close()),this.#g=!this.#r.take(n.change),this.#g&&this.#T(),this.#p=this.#r.inOrder,this.#h=new Map(Object.entries(JSON.parse(n.pending))),this.#w.keep(this.#r.rows),this.#e.isOpen&&!this.#r.rows.has(this.#m)&&this.#e.close();let i=this.#f.take(n.view);i&&(this.#c=i),ht(t.parentElement),this.#k({resort:i!==null,top:i!==null})}#T(){performance.now()-this.#S<He||(this.#S=performance.now(),this.#t.setTriggerValue("missing",this.#A()))}#A(){return this.#x+=1,`${Date.now().toString(36)}-${this.#x}`}#E(t,n=!1){this.#c={...this.#c,...t};let i=!("columns"in t);this.#k({resort:i,top:i}),this.#f.soon(n?Ue:0)}#C(){let{text:t,states:n,tags:i,streams:o,sort:s,descending:r,columns:a,onlyAttention:l}=this.#c,h={text:t,states:n,tags:i,streams:o,sort:s,descending:r,columns:a,onlyAttention:l};return this.#t.setTriggerValue("view",h),h}#O(t,n){n.length&&this.#t.setTriggerValue("action",{kind:t,ids:n,nonce:this.#A()})}#z(){return{now:this.#y+performance.now()/1e3,link:this.#t.data.link,pending:this.#h,dropped:this.#b.dropped}}#R(){let t=this.#n.clientWidth;!t||t===this.#d||(this.#d=t,this.#k())}#k({resort:t=!1,top:n=!1}={}){this.#d||(this.#d=this.#n.clientWidth);let{data:i}=this.#t,o=this.#c,s=Ut(o.columns,this.#p);this.#H(s);let r=this.#U(t),a=new Set(this.#u.ids),{ids:l}=this.#w,h=[...l].filter(d=>!a.has(d)).length;this.#i.set({view:o,counts:Vt(this.#p,o),total:this.#p.length,matching:r.length,filtered:_t(o),outdated:this.#u.outdated,renewing:this.#$(),columns:s.map(({id:d})=>d).filter(d=>d!=="id"),noRoom:new Set(this.#b.dropped.map(({id:d})=>d)),selected:l.size,hidden:h,bulk:Lt(l.size,i.canEdit)}),this.#o.set(o,!0,l.size-h,r.length),p(this.#s.node,"aria-rowcount",String(r.length+1)),p(this.#s.node,"aria-multiselectable","true"),this.#n.classList.toggle("narrow",this.#d<ie),this.#n.classList.toggle("slim",this.#d<800),u(this.#i.node,this.#p.length>0),u(this.#s.node,r.length>0),this.#j(r.length),this.#s.update(r,this.#z(),l,i.selected,!n)}#U(t){let n=Gt(Zt(this.#p,this.#c),this.#c),i=M[this.#c.sort]?.steady??!0,o=this.#e.isOpen||this.#s.node.matches(":hover, :focus-within");return this.#u.arrange(n,`${this.#c.sort} ${this.#c.descending}`,!t&&(!i||o))}#H(t){let n=tt+oe+2*(je+H);this.#b=Ht(t,this.#d-n,this.#d<ie);let i=[`${tt}px`,...this.#b.shown.map(yt),`${oe}px`].join(" "),o=`${this.#b.shown.map(({id:r})=>r).join(" ")} ${i}`;if(o===this.#v)return;this.#v=o;let{shown:s}=this.#b;this.#n.style.setProperty("--tracks",i),this.#s.reshape({lineHeight:Ie,perLine:1,gap:0,build:()=>It(s)},"table"),this.#o.columns(s,{select:!0,act:!0})}#$(){let{loading:t,progress:n}=this.#t.data;return!t&&!this.#g?"":n?`reading ${m(n[0])} of ${m(n[1])}`:"reading"}#j(t){if(u(this.#l,t===0),t>0)return;let n=x("control","Clear filters");n.addEventListener("click",()=>this.#E(Y));let i=this.#c.text.trim(),o=this.#p.length===0,s=this.#$(),r=o?s?`Reading the rules${s.replace(/^reading/,"")}…`:this.#t.data.empty:`No rule matches${i?` “${i}”`:" these filters"}.`;p(this.#l,"aria-busy",o&&s?"true":null),this.#l.replaceChildren(c("p","",r),...o?[]:[n])}#N(t){this.#w.replace(t),this.#k()}#I(t,n){let i=this.#r.rows.get(t);if(!i)return;this.#m=t;let o=Nt(i,{canEdit:this.#t.data.canEdit,pending:this.#h.has(t)});this.#e.open(n,o,s=>s==="open"?this.#L(t):this.#O(s,[t]))}#L(t){At(W(this.#t.data.link,t))}},at=new WeakMap;function Ke(e){let t=e.parentElement,n=at.get(t)??new lt(e);return at.set(t,n),n.update(e),()=>{n.destroy(),at.delete(t)}}export{Ke as default};
